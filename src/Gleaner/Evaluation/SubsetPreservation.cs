using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// How well a subset preserves the class centers and the alignment of the pool, beside random subsets of the same size with the pool's share of every class.
/// A subset S has |mu_k - mu_k^S| &lt;= L E d_ij over i in V_k and j in S_k, where d_ij is the expected distance of views and L the encoder's Lipschitz constant
/// (Joshi and Mirzasoleiman 2023); distances in the embedding stand in for L d_ij here, so that the bound holds with both sides measured.
/// </summary>
/// <param name="Images">How many images the subset has.</param>
/// <param name="PoolImages">How many the pool has.</param>
/// <param name="PoolAlignment">The pool's mean of |f(x1) - f(x2)|^2; null with one view.</param>
/// <param name="Subset">The subset.</param>
/// <param name="Random">The random subsets, one for each seed.</param>
/// <param name="RandomMeanCenterDistance">The mean over random subsets of their mean center distance; null without any.</param>
/// <param name="ShareOfRandomBeaten">The share of random subsets whose mean center distance is larger than this subset's; null without any, and if the subset misses classes, whose centers it cannot keep.</param>
public sealed record SubsetPreservation(int Images, int PoolImages, double? PoolAlignment, PreservationMeasure Subset, IReadOnlyList<PreservationMeasure> Random,
    double? RandomMeanCenterDistance, double? ShareOfRandomBeaten)
{
    const int PartRows = 512;

    /// <summary>Measures the images <paramref name="subset"/> of the pool whose views are given as for <see cref="Geometry.Measure"/>. O(M^2 d sum n_k^2); no matrix of distances is stored.</summary>
    /// <exception cref="ArgumentException">The subset is empty, repeats an image or names one outside the pool, or the sizes do not fit.</exception>
    public static SubsetPreservation Measure(IReadOnlyList<EmbeddingMatrix> views, LatentPartition classes, IReadOnlyList<int> subset, SubsetPreservationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(subset);
        options ??= new SubsetPreservationOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.RandomSubsets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        var rows = ViewRows.Checked(views, classes);
        if (subset.Count == 0) throw new ArgumentException("The subset is empty.", nameof(subset));
        if (subset.Any(i => i < 0 || i >= rows.Images)) throw new ArgumentException($"Image {subset.First(i => i < 0 || i >= rows.Images)} is in the subset; the pool holds 0 to {rows.Images - 1}.", nameof(subset));
        if (subset.Distinct().Count() < subset.Count) throw new ArgumentException($"The subset repeats an image: {subset.Count} entries, {subset.Distinct().Count()} images.", nameof(subset));

        double[] distances = MeanDistances(rows, classes, options.Threads, cancel);
        var centers = ClassCenters.Centers(rows, classes);
        double? alignment = rows.Alignment([.. Enumerable.Range(0, rows.Images)]);
        var own = Of(rows, classes, centers, distances, alignment, subset);
        var random = Enumerable.Range(0, options.RandomSubsets).Select(r => Of(rows, classes, centers, distances, alignment, Draw(classes, subset.Count, options.Seed, r))).ToArray();
        return new SubsetPreservation(subset.Count, rows.Images, alignment, own, random, random.Average(m => m.MeanCenterDistance),
            random.Length == 0 || own.MissedClasses.Count > 0 ? null : random.Count(m => m.MeanCenterDistance > own.MeanCenterDistance) / (double)random.Length);
    }

    /// <summary>A random subset with the floor or the ceiling of its share of every class, ascending.</summary>
    internal static int[] Draw(LatentPartition classes, int images, int seed, int draw)
    {
        var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)seed << 32 | (uint)draw));
        var drawn = new List<int>(images);
        foreach (var dealt in ClassInterleaving.Deal([.. Enumerable.Range(0, classes.Classes).Select(classes.Size)]).Take(images).GroupBy(k => k).OrderBy(group => group.Key))
        {
            int[] members = classes.Members(dealt.Key).ToArray();
            random.Shuffle(members);
            drawn.AddRange(members.AsSpan(0, dealt.Count()));
        }
        drawn.Sort();
        return [.. drawn];
    }

    static PreservationMeasure Of(ViewRows rows, LatentPartition classes, double[][] centers, double[] distances, double? poolAlignment, IReadOnlyList<int> subset)
    {
        int[][] parts = [.. Enumerable.Range(0, classes.Classes).Select(_ => Array.Empty<int>())];
        foreach (var part in subset.Order().GroupBy(classes.ClassOf)) parts[part.Key] = [.. part];
        ClassPreservation[] measured = [.. parts.Select((part, k) => part.Length == 0
            ? new ClassPreservation(classes.Labels[k], classes.Size(k), 0, null, null)
            : new ClassPreservation(classes.Labels[k], classes.Size(k), part.Length, TensorPrimitives.Distance<double>(centers[k], rows.Mean(part)), part.Average(j => distances[j])))];
        double? alignment = rows.Alignment([.. subset]);
        return new PreservationMeasure(measured.Average(k => k.CenterDistance), measured.Max(k => k.CenterDistance), measured.Average(k => k.ExpectedDistance), alignment,
            poolAlignment > 0 ? alignment / poolAlignment : null, [.. measured.Where(k => k.SubsetImages == 0).Select(k => k.Label)], measured);
    }

    /// <summary>For every image j the mean of |f(x) - f(x')| over views x of the images of its class, j included, and views x' of j. Known once, it serves every subset.</summary>
    internal static double[] MeanDistances(ViewRows rows, LatentPartition classes, int threads, CancellationToken cancel)
    {
        var means = new double[rows.Images];
        int m = rows.Views;
        for (int k = 0; k < classes.Classes; k++)
        {
            int[] members = classes.Members(k).ToArray();
            float[] stacked = rows.Stack(members);
            int n = members.Length * m;
            var packed = PackedRows.Pack(stacked, n, rows.Dimension);
            var sums = new double[n];
            Parallel.For(0, (n + PartRows - 1) / PartRows, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, p =>
                PairTiles.Visit(stacked, p * PartRows, Math.Min(n, (p + 1) * PartRows), packed, 0, n, (row, column, s) =>
                {
                    if (row >= column && row < column + s.Length) s[row - column] = 1; // a view and itself, whatever the rounding
                    // |x - y|^2 = 2 - 2 s for unit rows.
                    TensorPrimitives.Subtract(1, s, s);
                    TensorPrimitives.Max(s, 0, s);
                    TensorPrimitives.Multiply(s, 2, s);
                    TensorPrimitives.Sqrt<float>(s, s);
                    sums[row] += TensorPrimitives.Sum<float>(s);
                }));
            for (int row = 0; row < n; row++) means[members[row / m]] += sums[row] / ((double)n * m);
        }
        return means;
    }
}
