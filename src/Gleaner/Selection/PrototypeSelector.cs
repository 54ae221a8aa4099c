namespace Gleaner;

/// <summary>Self-supervised prototypes: ranks images by their distance to the prototype of their latent class, the class's mean direction. O(n d).</summary>
/// <remarks>
/// Sorscher et al. 2022, "Beyond neural scaling laws" (arXiv:2206.14486): k-means in the space of a self-supervised encoder; the difficulty of an
/// image is 1 - the cosine to its cluster's centroid, and one order over the whole pool is cut at the budget. Their theory and experiments
/// keep hard images when data is plentiful and easy ones when it is scarce. The gain is the difficulty if hard images come first and
/// the cosine if easy ones do. An image's place does not depend on the others chosen, so near-duplicates stay together, and
/// images to keep come first but condition nothing.
/// </remarks>
public sealed class PrototypeSelector : Selector
{
    readonly PrototypeOptions _options;

    /// <summary>A selector that keeps hard images, over the whole pool, unless <paramref name="options"/> say otherwise.</summary>
    public PrototypeSelector(PrototypeOptions? options = null)
    {
        _options = options ?? new PrototypeOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinPerClass, nameof(options));
    }

    /// <inheritdoc/>
    public override RankingPlan Plan(LatentPartition classes, int dimension) =>
        new(2.0 * classes.Count * dimension, 2.0 * classes.Count * dimension, 2.0 * classes.Count * dimension, (long)classes.Count * 4 * sizeof(double));

    /// <inheritdoc/>
    protected override Ranking RankPool(EmbeddingMatrix embedding, LatentPartition classes, int[] keep, IProgress<int>? progress, CancellationToken cancel)
    {
        int n = embedding.Count;
        double[] gains = new double[n], sums = new double[n], means = new double[n];
        int done = 0;
        for (int k = 0; k < classes.Classes; k++)
        {
            cancel.ThrowIfCancellationRequested();
            Score(embedding, classes.Members(k), gains, sums, means);
            progress?.Report(done += classes.Size(k));
        }

        var first = keep.ToHashSet();
        int[][] orders = [.. Enumerable.Range(0, classes.Classes).Select(k => Order(classes.Members(k), gains, keep.Where(i => classes.ClassOf(i) == k), first))];
        var ranking = _options.Balanced ? Ranking.Interleave(orders, classes, _options.MinPerClass) : Whole(orders, classes, gains);
        return ranking.WithFirst(keep) with { Gains = gains, SimilaritySums = sums, MeanSimilarities = means };
    }

    // With s = sum_V x of the class, cos(x, s) = <x, s> / (|x| |s|); a class without a direction has cosine 0 to everything.
    void Score(EmbeddingMatrix embedding, ReadOnlySpan<int> members, double[] gains, double[] sums, double[] means)
    {
        var sum = new double[embedding.Dimension];
        foreach (int i in members)
        {
            var row = embedding.Row(i);
            for (int c = 0; c < sum.Length; c++) sum[c] += row[c];
        }
        double length = Math.Sqrt(sum.Sum(v => v * v));
        foreach (int i in members)
        {
            var row = embedding.Row(i);
            double product = 0, square = 0;
            for (int c = 0; c < sum.Length; c++) (product, square) = (product + row[c] * sum[c], square + (double)row[c] * row[c]);
            double cosine = length > 0 && square > 0 ? product / (length * Math.Sqrt(square)) : 0;
            gains[i] = _options.Order == PrototypeOrder.HardFirst ? 1 - cosine : cosine;
            (sums[i], means[i]) = (product, members.Length == 1 ? square : (product - square) / (members.Length - 1));
        }
    }

    // Images to keep first, so that they count for their class's share; then by gain, the lowest index among equals.
    static int[] Order(ReadOnlySpan<int> members, double[] gains, IEnumerable<int> keep, HashSet<int> kept)
    {
        int[] rest = [.. members.ToArray().Where(i => !kept.Contains(i)).OrderByDescending(i => gains[i])];
        return [.. keep, .. rest];
    }

    Ranking Whole(int[][] orders, LatentPartition classes, double[] gains)
    {
        var floor = orders.SelectMany(order => order.Take(_options.MinPerClass)).ToHashSet();
        int[] order = [.. Enumerable.Range(0, classes.Count).OrderByDescending(floor.Contains).ThenByDescending(i => gains[i])];
        return new Ranking { Order = order, Classes = classes };
    }
}
