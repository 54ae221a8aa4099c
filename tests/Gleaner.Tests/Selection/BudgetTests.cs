using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class BudgetTests
{
    [Theory, InlineData(0.1, 2000, 200), InlineData(0.29, 100, 29), InlineData(0.5, 5, 3), InlineData(0.001, 10, 1), InlineData(1, 7, 7)]
    public void A_fraction_is_rounded_exactly(double fraction, int pool, int expected) => Assert.Equal(expected, Budget.Fraction(fraction).Of(pool));

    [Fact]
    public void More_than_the_pool_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Budget.Count(60000).Of(50000));

        Assert.Equal("Budget asks for 60000 images; the pool holds 50000.", error.Message);
    }

    [Theory, InlineData(0), InlineData(-0.1), InlineData(1.01), InlineData(double.NaN)]
    public void Fractions_outside_the_pool_are_refused(double fraction) => Assert.Throws<ArgumentOutOfRangeException>(() => Budget.Fraction(fraction));

    [Fact]
    public void Every_prefix_of_the_deal_gives_each_class_its_share_rounded_down_or_up() =>
        Gen.Int[1, 60].Array[1, 25].Sample(sizes =>
        {
            int n = sizes.Sum();
            var counts = new int[sizes.Length];

            int[] deal = ClassInterleaving.Deal(sizes);

            Assert.Equal(n, deal.Length);
            for (int m = 1; m <= n; m++)
            {
                counts[deal[m - 1]]++;
                for (int k = 0; k < sizes.Length; k++)
                    Assert.InRange(counts[k], m * sizes[k] / n, (m * sizes[k] + n - 1) / n);
            }
        }, iter: 300);

    [Fact]
    public void Small_classes_do_not_vanish()
    {
        int[] sizes = [10_000, .. Enumerable.Repeat(1, 1000)];

        int[] half = ClassInterleaving.Deal(sizes)[..5000];

        Assert.InRange(half.Count(k => k > 0), 454, 455); // 1,000 single images make up 1/11 of the pool, and of any part of it
    }

    [Fact]
    public void A_floor_per_class_comes_first()
    {
        int[] deal = ClassInterleaving.Deal([100, 3, 1], minPerClass: 2);

        Assert.Equal([0, 1, 2, 0, 1], deal[..5]);
        Assert.Equal([100, 3, 1], Enumerable.Range(0, 3).Select(k => deal.Count(c => c == k)));
    }

    [Fact]
    public void Subsets_nest_and_budgets_are_exact()
    {
        var embedding = RandomRows.Clustered(997, 8, 7, 1);
        var ranking = new SasSelector().Rank(embedding, KMeans.Partition(embedding, classes: 7));

        int[] before = [];
        foreach (int percent in new[] { 1, 10, 20, 40, 60, 80, 100 })
        {
            var subset = ranking.Take(Budget.Percent(percent));
            Assert.Equal((int)Math.Round(997 * percent / 100m, MidpointRounding.AwayFromZero), subset.Count);
            Assert.Equal(before, subset.Indices.Take(before.Length));
            before = [.. subset.Indices];
        }
        Assert.Equal(Enumerable.Range(0, 997), before.Order());
    }

    [Fact]
    public void Random_subsets_are_seeded_and_without_replacement()
    {
        var one = RandomSelector.Rank(500, seed: 1);

        Assert.Equal(one.Order, RandomSelector.Rank(500, seed: 1).Order);
        Assert.NotEqual(one.Order, RandomSelector.Rank(500, seed: 2).Order);
        Assert.Equal(Enumerable.Range(0, 500), one.Order.Order());
    }

    [Fact]
    public void Balanced_random_is_balanced()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 600).Select(i => i < 300 ? 0 : i < 500 ? 1 : 2)]);

        var subset = RandomSelector.RankBalanced(classes, seed: 5).Take(Budget.Percent(10));

        Assert.Equal([30, 20, 10], Enumerable.Range(0, 3).Select(k => subset.Indices.Count(i => classes.ClassOf(i) == k)));
        Assert.NotEqual(subset.Indices.Order().Take(30), Enumerable.Range(0, 30));
    }

    [Fact]
    public void Nearest_kept_is_the_most_similar_of_the_class()
    {
        var embedding = RandomRows.Uniform(90, 7);
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 90).Select(i => i % 3)]);
        var subset = new SasSelector().Rank(embedding, classes).Take(Budget.Percent(20));

        var nearest = NearestKept.Of(subset, embedding, classes, threads: 2);
        double sum = 0;

        for (int i = 0; i < 90; i++)
        {
            if (subset.Indices.Contains(i))
            {
                Assert.Equal(-1, nearest.Index[i]);
                continue;
            }
            int expected = subset.Indices.Where(j => j % 3 == i % 3).Order().MaxBy(j => System.Numerics.Tensors.TensorPrimitives.Dot(embedding.Row(i), embedding.Row(j)));
            Assert.Equal(expected, nearest.Index[i]);
            sum += System.Numerics.Tensors.TensorPrimitives.Dot(embedding.Row(i), embedding.Row(expected));
        }
        Assert.Equal(sum / (90 - subset.Count), nearest.MeanSimilarity(Enumerable.Range(0, 90))!.Value, 1e-5);
        int one = Array.FindIndex(nearest.Index, j => j >= 0);
        Assert.Equal(nearest.Similarity[one], nearest.MeanSimilarity([one, subset.Indices[0]])!.Value, 1e-12);
    }

    [Fact]
    public void Where_nothing_is_dropped_nothing_has_a_nearest()
    {
        var embedding = RandomRows.Uniform(9, 7);
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 9).Select(i => i % 3)]);

        Assert.Null(NearestKept.Of(new SasSelector().Rank(embedding, classes).Take(Budget.Percent(100)), embedding, classes, threads: 1).MeanSimilarity(Enumerable.Range(0, 9)));
    }
}
