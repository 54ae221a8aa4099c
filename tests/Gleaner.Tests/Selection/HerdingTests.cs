using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class HerdingTests
{
    [Fact]
    public void It_keeps_the_mean_closest_by_a_plain_loop() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[0, 3], Gen.ULong).Sample((n, kept, seed) =>
        {
            var embedding = EmbeddingMatrix.OfMeans([.. RandomRows.Uniform(n, 6, seed).Values.ToArray().Select((v, at) => v * (0.5f + at / 6 % 7 / 20f))], n, 6); // rows of several lengths
            int[] keep = [.. Enumerable.Range(0, Math.Min(kept, n)).Select(i => n - 1 - i)];

            var order = new HerdingSelector().Rank(embedding, LatentPartition.Whole(n), keep).Order;

            var chosen = new List<int>(keep);
            while (chosen.Count < n)
            {
                double least = Enumerable.Range(0, n).Except(chosen).Min(e => Error(embedding, [.. chosen, e]));
                int next = order[chosen.Count];
                Assert.Equal(least, Error(embedding, [.. chosen, next]), 1e-6); // float32 products decide between near ties
                chosen.Add(next);
            }
        }, iter: 30);

    [Fact]
    public void The_gains_add_up_to_what_the_mean_error_fell()
    {
        var embedding = RandomRows.Clustered(60, 8, 1, 1.5);

        var ranking = new HerdingSelector().Rank(embedding, LatentPartition.Whole(60), keep: [9, 4]);

        double left = Error(embedding, null);
        for (int m = 1; m <= 60; m++)
        {
            left -= ranking.Gains![ranking.Order[m - 1]];
            Assert.Equal(Error(embedding, [.. ranking.Order.Take(m)]), left, 1e-9);
        }
        Assert.Equal(0, left, 1e-6);
    }

    [Fact]
    public void Its_mean_error_falls_faster_than_that_of_random_choices()
    {
        var embedding = RandomRows.Clustered(400, 10, 1, 2);
        var herded = new HerdingSelector().Rank(embedding, LatentPartition.Whole(400)).Order;

        foreach (int m in new[] { 10, 40, 100 })
        {
            double random = Enumerable.Range(0, 20).Min(seed => Error(embedding, [.. RandomSelector.Rank(400, seed).Order.Take(m)]));
            Assert.True(Error(embedding, [.. herded.Take(m)]) < random / 2, $"{m}");
        }
    }

    // |mean of the chosen - mean of all|; the mean of nothing is 0.
    static double Error(EmbeddingMatrix x, int[]? chosen)
    {
        double squares = 0;
        for (int k = 0; k < x.Dimension; k++)
        {
            double all = Enumerable.Range(0, x.Count).Average(i => (double)x.Row(i)[k]), some = chosen?.Average(i => (double)x.Row(i)[k]) ?? 0;
            squares += (all - some) * (all - some);
        }
        return Math.Sqrt(squares);
    }
}
