namespace Gleaner;

/// <summary>
/// How much better one arm is than another, seed by seed: what a seed does to both (the first weights, the order of batches) cancels. The interval is the usual one
/// of a paired t-test, each on its own: of twenty comparisons of things that do not differ, one is expected to leave zero out.
/// </summary>
/// <param name="Values">The difference of every seed that both arms ran, as accuracies; above zero is better.</param>
public sealed record PairedDifference(SeedValues Values)
{
    const double Confidence = 0.95;

    /// <summary>Pairs.</summary>
    public int N => Values.N;

    /// <summary>The mean difference; null without a pair.</summary>
    public double? Mean => Values.Mean;

    /// <summary>The standard deviation of the differences (divided by n - 1); null for fewer than two pairs.</summary>
    public double? StandardDeviation => Values.StandardDeviation;

    /// <summary>The lower end of the 95 % confidence interval of the mean, by Student's t; null for fewer than two pairs, and where all of them differ by the same, as few test images can make them: then no noise was seen, not none is there.</summary>
    public double? Low => Mean - HalfWidth;

    /// <summary>The upper end.</summary>
    public double? High => Mean + HalfWidth;

    /// <summary>What the interval says.</summary>
    public DifferenceVerdict Verdict => Low is null ? DifferenceVerdict.TooFew : Low > 0 ? DifferenceVerdict.Better : High < 0 ? DifferenceVerdict.Worse : DifferenceVerdict.WithinNoise;

    /// <summary>The trials of one budget in one measure, paired by seed; seeds that only one of them has are left out.</summary>
    /// <exception cref="ArgumentException">The trials are of several budgets, or a seed appears twice.</exception>
    public static PairedDifference Of(IReadOnlyList<Trial> trials, IReadOnlyList<Trial> baseline, string measure)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(baseline);
        string[] budgets = [.. trials.Concat(baseline).Select(trial => trial.Budget).Distinct()];
        if (budgets.Length > 1) throw new ArgumentException($"Trials at {string.Join(", ", budgets)}; expected one budget.");

        var other = SeedValues.Of(baseline, measure).All.ToDictionary(v => v.Seed, v => v.Value);
        return new(new SeedValues([.. SeedValues.Of(trials, measure).All.Where(v => other.ContainsKey(v.Seed)).Select(v => v with { Value = v.Value - other[v.Seed] })]));
    }

    /// <summary>In words, in percentage points: <c>3.1 points better than random (95 % interval 1.6 to 4.6, 3 seeds)</c>.</summary>
    /// <param name="baseline">The other arm's name.</param>
    public string Sentence(string baseline) => this switch
    {
        { N: 0 } => $"no seed was run with both this and {baseline}",
        { N: 1 } => $"one seed: {Points.Signed(Mean!.Value)} points against {baseline}, which says nothing about noise",
        { Low: null } => $"{N} seeds, each {Points.Signed(Mean!.Value)} points against {baseline}, which says nothing about noise",
        { Verdict: DifferenceVerdict.WithinNoise } => $"within noise of {baseline}: {Points.Signed(Mean!.Value)} points ({Interval})",
        _ => $"{Points.Of(Math.Abs(Mean!.Value))} points {(Mean > 0 ? "better" : "worse")} than {baseline} ({Interval})",
    };

    // Equal differences of float64 accuracies agree to some 1e-16.
    double? HalfWidth => StandardDeviation is { } s && s > 1e-12 ? StudentT.Quantile((1 + Confidence) / 2, N - 1) * s / Math.Sqrt(N) : null;

    string Interval => FormattableString.Invariant($"95 % interval {Points.Of(Low!.Value)} to {Points.Of(High!.Value)}, {N} seeds");
}
