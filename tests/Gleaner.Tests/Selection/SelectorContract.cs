using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

/// What every selector promises.
public abstract class SelectorContract
{
    protected abstract Selector Make(int threads);

    [Fact]
    public void Every_image_is_ranked_once_and_those_to_keep_come_first() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 5], Gen.ULong).Sample((n, groups, seed) =>
        {
            var (embedding, classes) = Pool(n, Math.Min(n, groups), seed);
            int[] some = [.. Enumerable.Range(0, n)];
            new SplitMix64(seed).Shuffle(some);
            int[] keep = some[..(n / 3)];

            var ranking = Make(threads: 2).Rank(embedding, classes, keep);

            Assert.Equal(Enumerable.Range(0, n), ranking.Order.Order());
            Assert.Equal(keep, ranking.Order.Take(keep.Length));
            Assert.Same(classes, ranking.Classes);
            Assert.Equal(n, ranking.PoolSize);
        }, iter: 20);

    [Fact]
    public void Threads_do_not_change_a_ranking()
    {
        var (embedding, classes) = Pool(700, 9, 1);

        var one = Make(threads: 1).Rank(embedding, classes);

        foreach (int threads in new[] { 2, 5 })
        {
            var many = Make(threads).Rank(embedding, classes);
            Assert.Equal(one.Order, many.Order);
            Assert.Equal(one.Gains, many.Gains);
            Assert.Equal(one.SimilaritySums, many.SimilaritySums);
            Assert.Equal(one.MeanSimilarities, many.MeanSimilarities);
        }
    }

    [Fact]
    public void Progress_counts_every_image_and_a_cancelled_ranking_stops()
    {
        var (embedding, classes) = Pool(60, 3, 2);
        var told = new Told();
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();

        Make(threads: 1).Rank(embedding, classes, progress: told);

        Assert.Equal(60, told.Most);
        Assert.ThrowsAny<OperationCanceledException>(() => Make(threads: 1).Rank(embedding, classes, cancel: cancel.Token));
    }

    [Fact]
    public void Means_of_views_and_equal_rows_are_ranked_too()
    {
        var (embedding, classes) = Pool(40, 2, 3);
        var means = EmbeddingMatrix.OfMeans([.. embedding.Values.ToArray().Select(v => v * 0.7f)], 40, embedding.Dimension);
        var equal = embedding.Select([.. Enumerable.Repeat(7, 40)]);

        Assert.Equal(Enumerable.Range(0, 40), Make(threads: 1).Rank(means, classes).Order.Order());
        Assert.Equal(Enumerable.Range(0, 40), Make(threads: 1).Rank(equal, classes).Order.Order());
    }

    [Fact]
    public void The_plan_grows_with_the_pool()
    {
        var small = Make(threads: 2).Plan(LatentPartition.Whole(1000), dimension: 64);
        var large = Make(threads: 2).Plan(LatentPartition.Whole(4000), dimension: 64);

        Assert.True(small.MultiplyAdds >= 1000 * 64 && large.MultiplyAdds >= 4 * small.MultiplyAdds && large.Bytes > small.Bytes && small.Bytes > 0);
        Assert.InRange(small.Longest, 0, small.Effort);
    }

    protected static (EmbeddingMatrix, LatentPartition) Pool(int count, int groups, ulong seed) =>
        (RandomRows.Clustered(count, 12, groups, 1, seed), LatentPartition.FromLabels([.. Enumerable.Range(0, count).Select(i => i % groups)]));

    sealed class Told : IProgress<int>
    {
        public int Most { get; private set; }

        public void Report(int value) => Most = Math.Max(Most, value);
    }
}

/// What those promise in addition that depend on the rows alone, not on a seed.
public abstract class UnseededSelectorContract : SelectorContract
{
    [Fact]
    public void Permuting_the_rows_permutes_the_ranking() =>
        Gen.ULong.Sample(seed =>
        {
            var (embedding, classes) = Pool(80, 4, seed);
            int[] permutation = [.. Enumerable.Range(0, 80)];
            new SplitMix64(seed).Shuffle(permutation);
            int[] keep = [3, 50];

            var straight = Make(threads: 1).Rank(embedding, classes, keep);
            var permuted = Make(threads: 1).Rank(embedding.Select(permutation), classes.Select(permutation), [.. keep.Select(i => Array.IndexOf(permutation, i))]);

            Assert.Equal(straight.Order, permuted.Order.Select(i => permutation[i]));
        }, iter: 20);
}

public class GraphCutContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new SasSelector(new SasOptions { Threads = threads });
}

public class ModularContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new SasSelector(new SasOptions { Objective = SasObjective.Modular, Threads = threads });
}

// Two images that represent nobody but each other tie exactly, and ties go to the lowest index: permuting the rows may change the order.
public class FacilityLocationContract : SelectorContract
{
    protected override Selector Make(int threads) => new FacilityLocationSelector(new FacilityLocationOptions { Threads = threads });
}

public class KCenterContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new KCenterSelector(minPerClass: 1, threads);
}

public class HerdingContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new HerdingSelector(minPerClass: 1, threads);
}

public class HardPrototypesContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new PrototypeSelector(new PrototypeOptions { MinPerClass = 1 });
}

public class BalancedEasyPrototypesContract : UnseededSelectorContract
{
    protected override Selector Make(int threads) => new PrototypeSelector(new PrototypeOptions { Order = PrototypeOrder.EasyFirst, Balanced = true });
}

public class HierarchicalKMeansContract : SelectorContract
{
    protected override Selector Make(int threads) => new HierarchicalKMeansSelector(new HierarchicalKMeansOptions { Seed = 4, FirstResamplings = 2, Threads = threads });
}
