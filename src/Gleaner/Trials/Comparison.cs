using System.Text.Json;

namespace Gleaner;

/// <summary>Several ways to choose images, each trained and judged alike: every trial, and what was held equal. <c>comparison.json</c>.</summary>
public sealed record Comparison
{
    /// <summary>Gleaner's version.</summary>
    public required string Gleaner { get; init; }

    /// <summary>The comparison's name.</summary>
    public required string Name { get; init; }

    /// <summary>The recipe's text.</summary>
    public required string Recipe { get; init; }

    /// <summary>What runs it again, with the recipe saved as recipe.yaml.</summary>
    public string Command { get => field ?? "gleaner compare recipe.yaml"; init; }

    /// <summary>The pool.</summary>
    public required PoolSummary Pool { get; init; }

    /// <summary>The test images, in words.</summary>
    public required string Test { get; init; }

    /// <summary>How each subset was trained on, in words.</summary>
    public required string Training { get; init; }

    /// <summary>What every training had the same of: <c>60 epochs</c>, <c>3,000 steps</c>.</summary>
    public required string HeldEqual { get; init; }

    /// <summary>How each encoder was judged, in words.</summary>
    public required string Probe { get; init; }

    /// <summary>The names of the measures that trials are scored by.</summary>
    public required IReadOnlyList<string> Measures { get; init; }

    /// <summary>The budgets, that of the whole pool left out.</summary>
    public required IReadOnlyList<ComparisonBudget> Budgets { get; init; }

    /// <summary>The seeds that every arm was to be trained with.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The arms, in the recipe's order.</summary>
    public required IReadOnlyList<ComparisonArm> Arms { get; init; }

    /// <summary>Every trial that is done.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>How much of their choice any two arms share at each budget, as far as it is made; the whole pool is left out. Empty in files of older versions.</summary>
    public IReadOnlyList<SubsetOverlap> Overlaps { get => field ?? []; init; } // generated code sets what a file of an older version lacks to null

    /// <summary>Seconds of one training on the whole pool; null if not known.</summary>
    public double? WholeSeconds { get; init; }

    /// <summary>Whether they were measured rather than estimated.</summary>
    public bool WholeSecondsMeasured { get; init; }

    /// <summary>Multiply-adds of one training on the whole pool.</summary>
    public required double WholeMultiplyAdds { get; init; }

    /// <summary>Operating system, processor, threads and library versions.</summary>
    public required SortedDictionary<string, string> Machine { get; init; }

    /// <summary>When the last trial ended, UTC.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>How many trials the recipe asks for.</summary>
    public required int CellsPlanned { get; init; }

    /// <summary>The pool in a few words.</summary>
    public sealed record PoolSummary(string Kind, string Path, int Count, string Fingerprint);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is no comparison.</exception>
    public static Comparison Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), ComparisonJson.Default.Comparison) ?? throw new JsonException("it is null");
            read.Check();
            return read;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no comparison ({error.Message.TrimEnd('.')}). Run gleaner compare again.", error);
        }
    }

    /// <summary>Writes it as JSON, atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, ComparisonJson.Default.Comparison));

    /// <summary>The same as text: one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ComparisonJson.Default.Comparison);

    void Check()
    {
        if (Arms.Contains(null!) || Budgets.Contains(null!) || Trials.Contains(null!) || Overlaps.Contains(null!)) throw new JsonException("an arm, a budget, a trial or an overlap is null");
        if (Arms.Any(arm => arm.Cost.Stages.Contains(null!))) throw new JsonException("a stage of an arm is null");
        if (Trials.FirstOrDefault(trial => !Arms.Any(arm => arm.Name == trial.Arm)) is { } stray) throw new JsonException($"it has a trial of {stray.Arm}, which is none of its arms");
    }
}
