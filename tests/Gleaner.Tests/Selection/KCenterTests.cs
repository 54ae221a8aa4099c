using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class KCenterTests
{
    [Fact]
    public void It_is_farthest_first_by_a_plain_loop() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 3], Gen.ULong).Sample((n, kept, seed) =>
        {
            var embedding = RandomRows.Uniform(n, 6, seed);
            int[] keep = [.. Enumerable.Range(0, Math.Min(kept, n)).Select(i => n - 1 - i)];

            var ranking = new KCenterSelector().Rank(embedding, LatentPartition.Whole(n), keep);

            Assert.Equal(keep, ranking.Order.Take(keep.Length));
            Assert.Equal(Enumerable.Range(0, n), ranking.Order.Order());
            double[] sums = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => Dot(embedding, i, j)))];
            if (kept == 0) AssertLargest(sums, ranking.Order[0]);
            Assert.True(double.IsNaN(ranking.Gains![ranking.Order[0]]));
            for (int m = 1; m < n; m++)
            {
                double[] squares = [.. Enumerable.Range(0, n).Select(i => ranking.Order.Take(m).Min(j => Square(embedding, i, j)))];
                if (m >= keep.Length) AssertLargest(squares, ranking.Order[m]);
                Assert.Equal(Math.Sqrt(squares[ranking.Order[m]]), ranking.Gains[ranking.Order[m]], 1e-3); // sqrt of float32 differences
            }
        }, iter: 40);

    [Fact]
    public void The_largest_distance_is_at_most_twice_the_least_that_any_set_reaches() =>
        Gen.Select(Gen.Int[2, 11], Gen.ULong).Sample((n, seed) =>
        {
            var embedding = RandomRows.Uniform(n, 3, seed);
            var order = new KCenterSelector().Rank(embedding, LatentPartition.Whole(n)).Order;

            for (int m = 1; m < n; m++)
            {
                double least = Enumerable.Range(1, (1 << n) - 1).Where(set => int.PopCount(set) == m)
                    .Min(set => Radius(embedding, [.. Enumerable.Range(0, n).Where(i => (set >> i & 1) == 1)]));
                Assert.InRange(Radius(embedding, [.. order.Take(m)]), least - 1e-9, 2 * least + 1e-9);
            }
        }, iter: 15);

    [Fact]
    public void Gains_fall_and_are_the_radius_before_each_pick()
    {
        var embedding = RandomRows.Uniform(50, 5);

        var ranking = new KCenterSelector().Rank(embedding, LatentPartition.Whole(50));

        Assert.True(double.IsNaN(ranking.Gains![ranking.Order[0]]));
        for (int m = 1; m < 50; m++) Assert.Equal(Radius(embedding, [.. ranking.Order.Take(m)]), ranking.Gains[ranking.Order[m]], 1e-3);
    }

    [Fact]
    public void The_first_is_the_most_central_and_copies_come_last()
    {
        var some = RandomRows.Uniform(20, 6);
        int[] twice = [.. Enumerable.Range(0, 20), .. Enumerable.Range(0, 20)];

        var ranking = new KCenterSelector().Rank(some.Select(twice), LatentPartition.Whole(40));

        double[] sums = [.. Enumerable.Range(0, 20).Select(i => Enumerable.Range(0, 20).Sum(j => Dot(some, i, j)))];
        Assert.Equal(Array.IndexOf(sums, sums.Max()), ranking.Order[0]);
        Assert.Equal(Enumerable.Range(0, 20), ranking.Order.Take(20).Order());
        Assert.All(ranking.Order.Skip(20), i => Assert.Equal(0, ranking.Gains![i]));
        Assert.Equal(Enumerable.Range(20, 20), ranking.Order.Skip(20));
    }

    [Fact]
    public void Classes_are_ranked_apart_and_dealt_evenly()
    {
        var embedding = RandomRows.Clustered(90, 8, 3, 1);
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 90).Select(i => i % 3)]);

        var ranking = new KCenterSelector().Rank(embedding, classes);

        for (int k = 0; k < 3; k++)
        {
            int[] members = classes.Members(k).ToArray();
            var alone = new KCenterSelector().Rank(embedding.Select(members), LatentPartition.Whole(30));
            Assert.Equal(alone.Order.Select(i => members[i]), ranking.Order.Where(i => i % 3 == k));
            Assert.Equal(10, ranking.Order.Take(30).Count(i => i % 3 == k));
        }
    }

    // Of values that tie but for rounding (of two images both are the most central), any may be taken.
    static void AssertLargest(double[] values, int taken) => Assert.Equal(values.Max(), values[taken], 1e-5);

    static double Radius(EmbeddingMatrix x, int[] chosen) => Enumerable.Range(0, x.Count).Max(i => chosen.Min(j => Distance(x, i, j)));

    static double Distance(EmbeddingMatrix x, int i, int j) => Math.Sqrt(Square(x, i, j));

    static double Square(EmbeddingMatrix x, int i, int j) => Enumerable.Range(0, x.Dimension).Sum(k => Math.Pow((double)x.Row(i)[k] - x.Row(j)[k], 2));

    static double Dot(EmbeddingMatrix x, int i, int j) => Enumerable.Range(0, x.Dimension).Sum(k => (double)x.Row(i)[k] * x.Row(j)[k]);
}
