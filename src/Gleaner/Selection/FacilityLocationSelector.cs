namespace Gleaner;

/// <summary>
/// Ranks each latent class by <see cref="FacilityLocation"/>, images that represent the others first, and deals the classes into one ranking of the pool.
/// Each image's gain is what it adds to the sum of every image's similarity to its most similar one so far. O(sum_k n_k^2 d) time, O(n d) memory beside
/// <see cref="FacilityLocationOptions.RoomForRows"/>.
/// </summary>
/// <remarks>
/// CRAIG's objective (Mirzasoleiman et al. 2020, arXiv:1906.01827) on embeddings instead of gradients. The greedy order has at least 1 - 1/e of the best value
/// for every prefix of a class (Nemhauser, Wolsey and Fisher 1978). Similarity sums are those of the similarities from the threshold on: found in the maximiser's first pass where that is 0 or more, in O(n d)
/// where there is none, and in a pass of their own where it is negative; then negative similarities count. They are null with neighbours, and with an epsilon and a threshold.
/// </remarks>
public sealed class FacilityLocationSelector : ClassSelector
{
    readonly FacilityLocationOptions _options;

    /// <summary>An exact selector unless <paramref name="options"/> say otherwise.</summary>
    public FacilityLocationSelector(FacilityLocationOptions? options = null) : base((options ??= new FacilityLocationOptions()).MinPerClass, options.Threads)
    {
        if (options.Neighbours is { } k) ArgumentOutOfRangeException.ThrowIfNegative(k, nameof(options.Neighbours));
        ArgumentOutOfRangeException.ThrowIfNegative(options.RoomForRows, nameof(options.RoomForRows));
        _options = options;
        _ = NewMaximizer(); // refuses a wrong epsilon or fraction now
    }

    /// <inheritdoc/>
    /// <remarks>Of the exact order: neighbours and an epsilon take less.</remarks>
    public override RankingPlan Plan(LatentPartition classes, int dimension)
    {
        const double Passes = 1.5; // over all pairs: half for the first gains, and a row for each image when it is first covered
        const double Share = 0.4;  // of a row by row product's time, for them together: they are made in tiles (measured at d = 128)
        long Lists(long n) => Math.Min(_options.RoomForRows, n * n) + n * Math.Min(n, FacilityLocation.BytesOfShortLists);
        return RankingPlan.OfClasses(classes, dimension, _options.Threads, SharesThreads, n => Passes * n * n * dimension, n => n * n * (Share * dimension + RankingPlan.PerPair), n => Lists(n) + n * 4L * sizeof(double));
    }

    /// <inheritdoc/>
    protected override ClassRanking RankClass(EmbeddingMatrix rows, int[] keep, int threads, IProgress<int>? progress, CancellationToken cancel)
    {
        var similarity = new CosineSimilarity(rows, _options.Threshold);
        SimilarityRows used = _options.Neighbours is { } k ? NeighbourSimilarity.Of(similarity, k, threads, cancel) : similarity;
        var objective = new FacilityLocation(used, threads, _options.RoomForRows, cancel);
        double[]? sums = Sums(similarity, objective, threads, cancel);
        var picks = NewMaximizer().Rank(objective, keep, progress: progress, cancel: cancel);
        return new ClassRanking(picks) { SimilaritySums = sums, MeanSimilarities = sums is null ? null : similarity.MeansToOthers(sums) };
    }

    Maximizer NewMaximizer() => _options.Epsilon is { } epsilon
        ? new LazierThanLazyGreedy(Budget.Fraction(_options.Fraction), epsilon, _options.Seed)
        : new LazyGreedy();

    double[]? Sums(CosineSimilarity similarity, FacilityLocation objective, int threads, CancellationToken cancel)
    {
        if (_options.Threshold is null) return similarity.RowSums(threads, cancel); // O(n d)
        if (_options.Neighbours is not null || _options.Epsilon is not null) return null;
        if (_options.Threshold < 0) return similarity.RowSums(threads, cancel);
        // What an image adds to nothing is the sum of its similarities. The maximiser finds these gains known already, unless there are images to keep.
        var sums = new double[objective.Count];
        objective.Gains([.. Enumerable.Range(0, sums.Length)], sums);
        return sums;
    }
}
