using System.Collections.Concurrent;

namespace Gleaner;

/// <summary>
/// Subsets that maximize Augmentation Similarity: ranks each latent class by a <see cref="SasObjective"/> and deals the classes into one
/// ranking of the pool. O(sum_k n_k^2 d) time, O(n d) memory.
/// </summary>
public sealed class SasSelector
{
    readonly SasOptions _options;

    /// <summary>A selector with the paper's objective and the authors' threshold unless <paramref name="options"/> say otherwise.</summary>
    public SasSelector(SasOptions? options = null)
    {
        _options = options ?? new SasOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinPerClass, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Threads, nameof(options));
    }

    /// <summary>Ranks every image once. <paramref name="progress"/> counts ranked images.</summary>
    /// <exception cref="ArgumentException">The partition covers another number of images than the embedding has.</exception>
    public Ranking Rank(EmbeddingMatrix embedding, LatentPartition classes, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != embedding.Count)
            throw new ArgumentException($"The latent classes cover {classes.Count} images; the embedding has {embedding.Count}.", nameof(classes));

        var gains = new double[embedding.Count];
        var sums = new double[embedding.Count];
        var means = new double[embedding.Count];
        var orders = new int[classes.Classes][];
        int done = 0;
        var largestFirst = Enumerable.Range(0, classes.Classes).OrderByDescending(classes.Size).ToArray();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancel };
        Parallel.ForEach(Partitioner.Create(largestFirst, EnumerablePartitionerOptions.NoBuffering), parallel, k =>
        {
            int[] members = classes.Members(k).ToArray();
            var similarity = new CosineSimilarity(embedding.Select(members), _options.Threshold);
            double[] rowSums = similarity.RowSums(cancel);
            var counter = progress is null ? null : new Counter(() => progress.Report(Interlocked.Increment(ref done)));
            var picks = _options.Objective == SasObjective.Modular
                ? new Modular(rowSums).Sorted()
                : Greedy.Rank(new GraphCut(similarity, rowSums), counter, cancel);

            for (int m = 0; m < members.Length; m++)
            {
                sums[members[m]] = rowSums[m];
                means[members[m]] = members.Length == 1 ? similarity.Self(m) : (rowSums[m] - similarity.Self(m)) / (members.Length - 1);
            }
            orders[k] = picks.Select(pick => members[pick.Index]).ToArray();
            foreach (var pick in picks) gains[members[pick.Index]] = pick.Gain;
        });
        return Ranking.Interleave(orders, classes, _options.MinPerClass) with { Gains = gains, SimilaritySums = sums, MeanSimilarities = means };
    }

    sealed class Counter(Action count) : IProgress<int>
    {
        public void Report(int value) => count();
    }
}
