using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>The command that made a selection, from the options in its manifest; those that stand at their default are left out.</summary>
static class SelectCommandLine
{
    static readonly (string Option, string Flag, string[] Defaults)[] Flags =
    [
        ("objective", "--objective", ["facility-location"]), ("threshold", "--threshold", ["0"]), ("classes", "--classes", ["kmeans"]), ("clip_text", "--clip-text", []), ("clip_tokenizer", "--clip-tokenizer", []), ("clip_templates", "--clip-templates", []), ("clip_image", "--clip-image", []),
        ("array", "--array", ["default"]), ("agreement", "--agreement", ["default"]), ("min_per_class", "--min-per-class", ["0"]), ("keep", "--keep", ["none"]),
        ("exclude", "--exclude", ["none"]), ("dedup", "--dedup", ["none"]), ("proxy", "--proxy", ["train"]), ("proxy_epochs", "--proxy-epochs", ["default"]), ("proxy_minutes", "--proxy-minutes", ["none"]),
        ("proxy_arch", "--proxy-arch", ["default"]), ("proxy_width", "--proxy-width", ["default"]),
        ("proxy_output", "--proxy-output", []), ("proxy_pool", "--proxy-pool", []), ("proxy_layout", "--proxy-layout", []), ("proxy_size", "--proxy-size", []), ("proxy_mean", "--proxy-mean", []),
        ("proxy_std", "--proxy-std", []), ("proxy_provider", "--proxy-provider", []), ("proxy_batch", "--proxy-batch", []), ("views", "--views", ["0"]), ("embed", "--embed", ["encoder"]), ("image_size", "--image-size", ["default"]),
        ("seed", "--seed", ["0"]), ("threads", "--threads", []),
    ];

    public static string Of(RunManifest manifest)
    {
        var words = new StringBuilder("gleaner select ").Append(Quote(manifest.Options.GetValueOrDefault("pool") ?? manifest.Pool.Path));
        if (manifest.Options.TryGetValue("budget", out string? budget)) words.Append(Budget(budget));
        var options = manifest.Options;
        // Minutes are another number of epochs each time.
        if (options.GetValueOrDefault("proxy_minutes", "none") != "none" && manifest.Stages.FirstOrDefault(stage => stage.Stage == "plan")?.Facts.GetValueOrDefault("epochs") is { } epochs)
            options = new SortedDictionary<string, string>(options, StringComparer.Ordinal) { ["proxy_minutes"] = "none", ["proxy_epochs"] = epochs };
        foreach (var (option, flag, defaults) in Flags)
            if (options.TryGetValue(option, out string? value) && !defaults.Contains(value)) words.Append(' ').Append(flag).Append(' ').Append(Quote(value));
        if (manifest.Options.GetValueOrDefault("dedup") is not ("none" or "exact") && Stays(manifest.Options.GetValueOrDefault("dedup_stays")) is { } stays) words.Append(" --dedup-stays ").Append(stays);
        if (manifest.Options.GetValueOrDefault("strict") == "true") words.Append(" --strict");
        return words.ToString();
    }

    static string Budget(string text) => text.EndsWith(" %", StringComparison.Ordinal) && decimal.TryParse(text[..^2], NumberStyles.Float, CultureInfo.InvariantCulture, out decimal percent)
        ? " --fraction " + (percent / 100).ToString("0.##############", CultureInfo.InvariantCulture) : " --count " + Quote(text);

    // As a DuplicateRule; the farthest stays unless something is said.
    static string? Stays(string? rule) => rule switch { nameof(DuplicateRule.NearestToCentroid) => "nearest", nameof(DuplicateRule.LowestIndex) => "first", _ => null };

    // For a POSIX shell.
    public static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or ',' or '=' or '+') ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
