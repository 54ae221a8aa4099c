namespace Gleaner;

/// <summary>
/// Subsets that maximize Augmentation Similarity: ranks each latent class by a <see cref="SasObjective"/> and deals the classes into one
/// ranking of the pool. O(sum_k n_k^2 d) time, O(n d) memory.
/// </summary>
public sealed class SasSelector : ClassSelector
{
    readonly SasOptions _options;

    /// <summary>A selector with the paper's objective and the authors' threshold unless <paramref name="options"/> say otherwise.</summary>
    public SasSelector(SasOptions? options = null) : base((options ??= new SasOptions()).MinPerClass, options.Threads) => _options = options;

    /// <inheritdoc/>
    public override RankingPlan Plan(LatentPartition classes, int dimension)
    {
        // Passes over all pairs, each at the share of a row by row product's time that it takes in tiles (measured at d = 128).
        double sums = _options.Threshold is null ? 0 : 0.1, picks = _options.Objective == SasObjective.Modular ? 0 : 0.3;
        bool hasPicks = _options.Objective != SasObjective.Modular;
        long numbers = 4L * sizeof(double) + (hasPicks ? RowsAhead.NumbersPerImage * sizeof(float) : 0);
        return RankingPlan.OfClasses(classes, dimension, _options.Threads, SharesThreads, Products, n => ((sums + picks) * n + 2) * n * dimension + 2 * picks * n * n * RankingPlan.PerPair, n => n * numbers);

        // Sums of thresholded similarities meet each pair once; picks make a row for each image, unless all rows are stored.
        double Products(double n)
        {
            double half = n * n / 2 * dimension, all = 2 * n * dimension;
            bool isStored = hasPicks && n * n <= RowsAhead.AllOf;
            return _options.Threshold is null ? all + (!hasPicks ? 0 : isStored ? half : 2 * half) : half + (hasPicks && !isStored ? 2 * half : 0);
        }
    }

    /// <inheritdoc/>
    protected override ClassRanking RankClass(EmbeddingMatrix rows, int[] keep, int threads, IProgress<int>? progress, CancellationToken cancel)
    {
        SimilarityRows similarity = new CosineSimilarity(rows, _options.Threshold);
        if (_options is { Objective: SasObjective.GraphCut, Threshold: not null } && RowsAhead.AreFew(similarity)) similarity = similarity.Stored(); // once for sums and picks
        double[] sums = similarity.RowSums(threads, cancel);
        var picks = _options.Objective == SasObjective.Modular
            ? new Modular(sums).Sorted(keep)
            : GraphCutGreedy.Rank(similarity, sums, keep, threads, progress, cancel);
        if (_options.Objective == SasObjective.Modular)
            for (int m = 1; m <= picks.Count; m++) progress?.Report(m);
        return new ClassRanking(picks) { SimilaritySums = sums, MeanSimilarities = similarity.MeansToOthers(sums) };
    }
}
