using System.CommandLine;

namespace Gleaner.Cli;

/// <summary><c>gleaner compare</c>: its options and their meaning.</summary>
sealed class CompareCommand : Command
{
    readonly Argument<string> _recipe = new("recipe") { Description = "A recipe (.yaml): pool, arms, budgets, seeds, training, probe. experiments/ has some; paths in it are seen from its folder." };
    readonly Option<string?> _out = new("--out") { Description = "Run folder for everything this makes [default: runs/ and the recipe's name].", HelpName = "DIR" };
    readonly Option<string?> _pool = new("--pool") { Description = "Another pool than the recipe's.", HelpName = "POOL" };
    readonly Option<int?> _jobs = new("--jobs") { Description = "Trainings side by side [default: as many as the processors can, each with the recipe's threads].", HelpName = "N" };
    readonly Option<bool> _table = new("--table") { Description = "Run nothing: only make the table of what is there." };
    readonly Option<bool> _json = new("--json") { Description = "Print comparison.json on stdout." };
    readonly Option<bool> _quiet = StandardOptions.Quiet();

    public CompareCommand() : base("compare", "Train on subsets and on random ones, and say whether the subsets are better, by how much, and at what cost.")
    {
        Add(_recipe);
        Option[] options = [_out, _pool, _jobs, _table, _json, _quiet];
        foreach (var option in options) Add(option);
        SetAction((parsed, cancel) => Task.FromResult(new ComparePipeline(Read(parsed), cancel).Run()));
    }

    CompareSettings Read(ParseResult parsed)
    {
        string recipe = parsed.GetValue(_recipe)!;
        if (!File.Exists(recipe)) throw new UsageException($"{recipe}: no such file. Give a recipe; experiments/ has some to start from.");
        return new CompareSettings
        {
            Recipe = Path.GetFullPath(recipe),
            Out = Path.GetFullPath(parsed.GetValue(_out) ?? DefaultOut.For(recipe)),
            Pool = parsed.GetValue(_pool) is { } pool ? pool == "sample" ? pool : Path.GetFullPath(pool) : null,
            Jobs = parsed.InRange(_jobs, 1, 1024),
            OnlyTable = parsed.GetValue(_table),
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }
}

/// <summary>What <c>gleaner compare</c> was asked to do; paths are absolute.</summary>
sealed record CompareSettings
{
    public required string Recipe { get; init; }
    public required string Out { get; init; }
    public string? Pool { get; init; }
    public int? Jobs { get; init; }
    public bool OnlyTable { get; init; }
    public bool Json { get; init; }
    public bool Quiet { get; init; }
}
