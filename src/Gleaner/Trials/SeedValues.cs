namespace Gleaner;

/// <summary>One number for each seed, and what they have in common.</summary>
/// <param name="All">Every number, in ascending order of seed.</param>
public sealed record SeedValues(IReadOnlyList<SeedValue> All)
{
    /// <summary>How many.</summary>
    public int N => All.Count;

    /// <summary>Their mean; null if there are none.</summary>
    public double? Mean => N == 0 ? null : All.Average(v => v.Value);

    /// <summary>Their standard deviation (divided by n - 1); null for fewer than two.</summary>
    public double? StandardDeviation => N < 2 ? null : Math.Sqrt(All.Sum(v => (v.Value - Mean!.Value) * (v.Value - Mean!.Value)) / (N - 1));

    /// <summary>The trials' scores in one measure; a trial that lacks it is passed over.</summary>
    internal static SeedValues Of(IEnumerable<Trial> trials, string measure)
    {
        var seen = new HashSet<int>();
        foreach (var trial in trials)
            if (!seen.Add(trial.Seed)) throw new ArgumentException($"Seed {trial.Seed} has two trials of {trial.Arm} at {trial.Budget}; expected one.");
        return new SeedValues([.. trials.Where(t => t.Scores.ContainsKey(measure)).OrderBy(t => t.Seed).Select(t => new SeedValue(t.Seed, t.Scores[measure]))]);
    }
}
