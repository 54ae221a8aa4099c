using System.Globalization;

namespace Gleaner;

/// <summary>The tables of a selection: repeated and unreadable images, cost, options, how to run it again.</summary>
sealed class SelectTables(SelectRun run, HtmlWriter html, ReportPage page)
{
    const int Most = 50;
    const string MultiplyAdds = "multiply_adds";

    readonly RunManifest _manifest = run.Manifest;

    /// <summary>What was left out as a duplicate, or else the exact copies that were not.</summary>
    public void Duplicates()
    {
        if (_manifest.Stages.Any(stage => stage.Outputs.ContainsKey("duplicates.csv")))
        {
            var (first, count) = run.Table("duplicates.csv", Most);
            html.Element("p", $"{ReportNumber.Images(count)} of the pool {(count == 1 ? "repeats one that stays" : "repeat others that stay")} (--dedup {_manifest.Options.GetValueOrDefault("dedup")}) and {(count == 1 ? "was" : "were")} left out of the ranking.");
            if (count > 0) page.Table(Caption("Left out as near-duplicates", count, "duplicates.csv"), ["image", "repeats", "#similarity"], first.Where(row => row.Length >= 5).Select(row => (string[])[Image(row[0], row[1]), Image(row[2], row[3]), Similarity(row[4])]));
            return;
        }
        int[] copies = [.. Enumerable.Range(0, run.Scores.Count).Where(m => run.Scores.DuplicateOf[m] != ScoreTable.None)];
        html.Element("p", copies.Length == 0 ? "No image has the very pixels, or the very row, of an earlier one. Near-duplicates were not looked for; --dedup 0.05 does so."
            : $"{ReportNumber.Images(copies.Length)} of the pool {(copies.Length == 1 ? "repeats an earlier one" : "repeat earlier ones")} exactly; nothing was left out for that, because --dedup was not given.");
        if (copies.Length == 0) return;
        int[] shown = [.. copies.Take(Most)];
        var keys = run.Scores.Keys(shown.ToHashSet());
        page.Table(Caption("Exact copies", copies.Length, "scores.csv"), ["image", "repeats", "state"], shown.Select(m => (string[])[Image($"{run.Scores.Index[m]}", keys[m]), $"image {run.Scores.DuplicateOf[m]}", run.Scores.Kept[m] ? "kept" : "dropped"]));
    }

    public void Unreadable()
    {
        var (first, count) = run.Table("unreadable.csv", Most);
        html.Element("p", count == 0 ? "Every image of the pool could be read." : $"{ReportNumber.Images(count)} could not be read. They are left out, and keep their index.");
        if (count > 0) page.Table(Caption("Unreadable", count, "unreadable.csv"), ["image", "why"], first.Where(row => row.Length >= 3).Select(row => (string[])[Image(row[0], row[1]), row[2]]));
    }

    public void Cost()
    {
        var stages = _manifest.Stages;
        double?[] work = [.. stages.Select(stage => double.TryParse(stage.Facts.GetValueOrDefault(MultiplyAdds), NumberStyles.Float, CultureInfo.InvariantCulture, out double found) ? found : (double?)null)];
        var rows = stages.Select((stage, s) => (string[])[stage.Stage, ReportNumber.Seconds(stage.Seconds), Work(work[s])]);
        page.Table("What each stage cost, whenever it was made", ["stage", "#time", "#multiply-adds"], rows.Append(["all", ReportNumber.Seconds(stages.Sum(stage => stage.Seconds)), Work(work.All(w => w is null) ? null : work.Sum())]));
        html.Element("p", "Multiply-adds do not depend on the machine: convolutions of the proxy (a backward pass as two forward ones), k-means and the ranking. A stage without a number does not count them.");
        if (PaysOff(stages, work) is { } sentence) html.Element("p", sentence);
        if (_manifest.Machine.TryGetValue("peak_memory_mib", out string? memory)) html.Element("p", $"At most {memory} MiB of memory were used.");
    }

    // Embedding passes every image forward, once or once a view; an epoch of SimCLR passes two views of it forward and back, which is twice a forward pass.
    string? PaysOff(IReadOnlyList<StageRecord> stages, double?[] work)
    {
        double? embed = stages.Select((stage, s) => stage.Stage == "embed" ? work[s] : null).FirstOrDefault(w => w is > 0);
        double dropped = 1 - _manifest.Subset.Fraction;
        if (embed is not { } forward || dropped <= 0) return null;
        int views = int.TryParse(_manifest.Options.GetValueOrDefault("views"), NumberStyles.None, CultureInfo.InvariantCulture, out int v) ? Math.Max(1, v) : 1;
        double epochs = work.Sum()!.Value / (6 * forward / views);
        return string.Create(CultureInfo.InvariantCulture, $"Selecting was as much work as {epochs:0.#} epochs of SimCLR on the whole pool with the same network. Each epoch on the subset saves {ReportNumber.Percent(dropped)} % of one, so the work is saved after {epochs / dropped:0.#} epochs in all, and after a tenth of that with a network ten times as large. A random subset of the same size saves as much and costs nothing to choose: selecting pays only if the subset is better.");
    }

    public void Provenance()
    {
        html.Element("p", "The same command on the same images gives the same subset:");
        html.Element("pre", SelectCommandLine.Of(_manifest), ("tabindex", "0"));
        using (html.Element("div", ("class", "charts")))
        {
            using (html.Element("div")) page.Table("Options, defaults included", ["option", "value"], _manifest.Options.Select(option => (string[])[option.Key, option.Value]));
            using (html.Element("div")) page.Table("Machine and versions", ["what", "value"], _manifest.Machine.Prepend(new("gleaner", _manifest.Gleaner)).Append(new("pool fingerprint", _manifest.Pool.Fingerprint)).Select(fact => (string[])[fact.Key, fact.Value]));
        }
        page.Details("What each stage was made from, and what it says of itself", () => page.Table("Stages", ["stage", "what", "value"],
            _manifest.Stages.SelectMany(stage => stage.Inputs.Select(input => (string[])[stage.Stage, "from: " + input.Key, input.Value]).Concat(stage.Facts.Select(fact => (string[])[stage.Stage, "result: " + fact.Key, fact.Value])))));
    }

    static string Image(string index, string key) => key.Length == 0 || key == index ? $"image {index}" : $"{CsvText.KeyOf(key)} (image {index})";

    static string Similarity(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : text;

    static string Caption(string what, int count, string file) => count > Most ? $"{what}: the first {Most} of {ReportNumber.Count(count)}; {file} has all" : $"{what}: all {ReportNumber.Count(count)}";

    static string Work(double? multiplyAdds) => multiplyAdds is { } known ? ReportNumber.Work(known) : "not counted";
}
