namespace Gleaner;

/// <summary>The <see cref="LinearProbe"/> on a few of the training labels: seeded draws with the pool's share of every class, but at least one image a class.</summary>
public static class FewShotProbe
{
    /// <summary>Every share, in the order given; progress has each draw when it is done.</summary>
    /// <exception cref="ArgumentException">As <see cref="LinearProbe"/>, or a share is not above 0 and at most 1.</exception>
    public static IReadOnlyList<FewShotScore> Evaluate(LabeledRows training, LabeledRows test, FewShotOptions? options = null,
        IProgress<FewShotDraw>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new FewShotOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Draws);
        foreach (double share in options.Shares)
            if (!(share is > 0 and <= 1)) throw new ArgumentException($"Share {share}; expected above 0 and at most 1.", nameof(options));

        var classes = LatentPartition.FromLabels(training.Labels.Span);
        var scores = new List<FewShotScore>();
        foreach (double share in options.Shares)
        {
            var draws = new List<FewShotDraw>();
            for (int draw = 0; draw < options.Draws; draw++)
            {
                int[] images = Draw(classes, share, options.Seed, draw);
                var probe = LinearProbe.Evaluate(training.Select(images), test, options.Probe with { Seed = options.Probe.Seed + draw }, null, cancel);
                draws.Add(new FewShotDraw(share, draw, images.Length, probe));
                progress?.Report(draws[^1]);
            }
            double mean = draws.Average(draw => draw.Probe.Test.Top1), squares = draws.Sum(draw => Math.Pow(draw.Probe.Test.Top1 - mean, 2));
            scores.Add(new FewShotScore(share, draws[0].Images, mean, draws.Count > 1 ? Math.Sqrt(squares / (draws.Count - 1)) : null, draws));
        }
        return scores;
    }

    /// <summary>The images of a draw, ascending: of every class its share, rounded, and at least one.</summary>
    internal static int[] Draw(LatentPartition classes, double share, int seed, int draw)
    {
        var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)seed << 32 | (uint)draw));
        var drawn = new List<int>();
        for (int k = 0; k < classes.Classes; k++)
        {
            int[] members = classes.Members(k).ToArray();
            random.Shuffle(members);
            drawn.AddRange(members.AsSpan(0, Math.Max(1, (int)Math.Round(share * members.Length, MidpointRounding.AwayFromZero))));
        }
        drawn.Sort();
        return [.. drawn];
    }
}
