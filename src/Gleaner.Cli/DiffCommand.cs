using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gleaner.Cli;

/// <summary><c>gleaner diff</c>: what two subsets have in common, and whether that is more than chance.</summary>
sealed class DiffCommand : Command
{
    readonly Argument<string> _a = new("a") { Description = "A run folder of gleaner select, or a list of indices, best first: .npy, .pkl, .txt (one a line) or .csv (one column, or one named index)." };
    readonly Argument<string> _b = new("b") { Description = "The same of the other subset." };
    readonly Option<int?> _poolSize = new("--pool-size") { Description = "How many images could have been chosen, to say what chance alone would give [default: what a run folder or --classes says].", HelpName = "N" };
    readonly Option<string?> _classes = new("--classes") { Description = "Latent classes or labels, one integer for every image of the pool (.npy, .csv, .txt or .pkl) [default: a run folder's].", HelpName = "FILE" };
    readonly Option<bool> _json = StandardOptions.Json();

    public DiffCommand() : base("diff", "Compare two subsets of one pool: what they share, whether that is more than chance, and whether they are in the same order.")
    {
        Add(_a);
        Add(_b);
        Add(_poolSize);
        Add(_classes);
        Add(_json);
        SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(_a)!, parsed.GetValue(_b)!, parsed.GetValue(_poolSize), parsed.GetValue(_classes), parsed.GetValue(_json))));
    }

    static int Run(string pathA, string pathB, int? poolSize, string? classesFile, bool json)
    {
        if (poolSize < 1) throw new UsageException($"--pool-size {poolSize}; expected at least 1.");
        var (a, b) = (DiffInput.Read(pathA), DiffInput.Read(pathB));
        if (a.Manifest?.Pool is { } one && b.Manifest?.Pool is { } other && one.Count != other.Count)
            throw new UsageException($"{pathA} is of {one.Path} with {Terminal.Number(one.Count)} images and {pathB} of {other.Path} with {Terminal.Number(other.Count)}; indices mean other images there. Compare subsets of one pool.");
        int[]? labels = classesFile is null ? a.Classes ?? b.Classes : IntegersFile.Read(classesFile);
        string labelsFrom = classesFile ?? (a.Classes is not null ? pathA : pathB);
        int? listed = poolSize ?? a.Manifest?.Pool.Count ?? b.Manifest?.Pool.Count ?? labels?.Length;
        int? usable = poolSize ?? Usable(a) ?? Usable(b) ?? labels?.Length;
        foreach (var input in new[] { a, b })
        {
            Check(input, labels?.Length, $"the classes of {labelsFrom} are for");
            Check(input, listed, "the pool has");
        }

        var comparison = SubsetComparison.Of(a.Indices, b.Indices, usable, labels is null ? null : LatentPartition.FromLabels(labels));
        var rankings = a.Ranking is { } first && b.Ranking is { } second ? RankAgreement.Of(first, second) : null;
        var report = new DiffReport(pathA, pathB, comparison, rankings, DiffText.Notes(a, b, comparison, labels is null ? null : labelsFrom));
        Terminal.ForConsole(quiet: false).Result(json ? JsonSerializer.Serialize(report, DiffJson.Default.DiffReport) : new DiffText(report).ToString());
        return ExitCode.Done;
    }

    static int? Usable(DiffInput input) => input.Manifest?.Pool is { } pool ? pool.Count - pool.Unreadable : null;

    static void Check(DiffInput input, int? images, string whose)
    {
        int at = Array.FindIndex(input.Indices, i => i >= images);
        if (at >= 0) throw new InvalidDataException($"{input.Path}: entry {at} is image {input.Indices[at]}; {whose} {images} images, 0 to {images - 1}. Are both lists of this pool?");
    }
}

/// <summary>What <c>gleaner diff --json</c> prints. Rankings: how far the two runs order the whole pool alike; null unless both are run folders.</summary>
sealed record DiffReport(string A, string B, SubsetComparison Subsets, RankAgreement? Rankings, IReadOnlyList<string> Notes);

/// <summary>Source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DiffReport))]
sealed partial class DiffJson : JsonSerializerContext;
