using System.Collections.Concurrent;

namespace Gleaner;

/// <summary>Ranks each latent class by itself and deals the classes into one ranking of the pool in which every prefix is balanced over them.</summary>
public abstract class ClassSelector : Selector
{
    readonly int _minPerClass, _threads;

    /// <summary>A selector that puts <paramref name="minPerClass"/> images of each class first. The result does not depend on <paramref name="threads"/>.</summary>
    protected ClassSelector(int minPerClass, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minPerClass);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        (_minPerClass, _threads) = (minPerClass, threads);
    }

    /// <inheritdoc/>
    public override RankingPlan Plan(LatentPartition classes, int dimension) =>
        RankingPlan.OfClasses(classes, dimension, _threads, SharesThreads, n => n * n * dimension, n => n * n * (dimension + RankingPlan.PerPair), n => n * 4L * sizeof(double));

    /// <summary>Whether <see cref="RankClass"/> is faster with several threads. Then large classes are ranked one after the other with all of them, else side by side as small ones are.</summary>
    protected virtual bool SharesThreads => true;

    /// <summary>Ranks the m rows of one class.</summary>
    /// <param name="rows">The embeddings of the class's images, copied and so owned by the callee.</param>
    /// <param name="keep">Images of the class, by their number in it, that must come first, in this order.</param>
    /// <param name="threads">How many threads this call may use; the result may not depend on it.</param>
    /// <param name="progress">Told 1, 2, ... m as images are ranked; null if nobody looks.</param>
    /// <param name="cancel">Asked at least once a picked image.</param>
    protected abstract ClassRanking RankClass(EmbeddingMatrix rows, int[] keep, int threads, IProgress<int>? progress, CancellationToken cancel);

    /// <inheritdoc/>
    protected sealed override Ranking RankPool(EmbeddingMatrix embedding, LatentPartition classes, int[] keep, IProgress<int>? progress, CancellationToken cancel)
    {
        var scores = new PoolScores(embedding.Count);
        var orders = new int[classes.Classes][];
        var keepOf = keep.ToLookup(classes.ClassOf);
        int done = 0;
        void RankOne(int k, int threads)
        {
            int[] members = classes.Members(k).ToArray();
            int[] first = [.. keepOf[k].Select(i => Array.BinarySearch(members, i))];
            var counter = progress is null ? null : new Counter(() => progress.Report(Interlocked.Increment(ref done)));
            var ranked = RankClass(embedding.Select(members), first, threads, counter, cancel);
            orders[k] = [.. ranked.Picks.Select(pick => members[pick.Index])];
            scores.Put(members, ranked);
        }

        int[] largestFirst = [.. Enumerable.Range(0, classes.Classes).OrderByDescending(classes.Size)];
        int large = SharesThreads ? largestFirst.TakeWhile(k => classes.Size(k) >= RankingPlan.LargeClass).Count() : 0;
        foreach (int k in largestFirst.AsSpan(0, large)) RankOne(k, _threads);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancel };
        Parallel.ForEach(Partitioner.Create(largestFirst[large..], EnumerablePartitionerOptions.NoBuffering), parallel, k => RankOne(k, threads: 1));
        return scores.Of(Ranking.Interleave(orders, classes, _minPerClass).WithFirst(keep));
    }

    // The scores of the classes at their images' places; every class writes to its own.
    sealed class PoolScores(int images)
    {
        readonly double[] _gains = new double[images];
        double[]? _sums, _means;

        public void Put(int[] members, ClassRanking ranked)
        {
            foreach (var pick in ranked.Picks) _gains[members[pick.Index]] = pick.Gain;
            Put(members, ranked.SimilaritySums, ref _sums);
            Put(members, ranked.MeanSimilarities, ref _means);
        }

        void Put(int[] members, IReadOnlyList<double>? values, ref double[]? into)
        {
            if (values is null) return;
            LazyInitializer.EnsureInitialized(ref into, () => new double[images]);
            for (int m = 0; m < members.Length; m++) into[members[m]] = values[m];
        }

        public Ranking Of(Ranking order) => order with { Gains = _gains, SimilaritySums = _sums, MeanSimilarities = _means };
    }

    sealed class Counter(Action count) : IProgress<int>
    {
        public void Report(int value) => count();
    }
}
