using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class KMeansStartTests
{
    /// Each next centroid must fall on the row that a plain loop over the same random numbers finds.
    [Theory, InlineData(1), InlineData(3)]
    public void Rows_are_drawn_by_their_squared_distance_and_the_best_candidate_is_taken(int candidates)
    {
        const int Rows = 1300, Dimension = 7, Classes = 25; // three chunks, all rows
        var rows = RandomRows.Clustered(Rows, Dimension, clusters: 30, spread: 0.4);
        var (random, plain) = (new SplitMix64(9), new SplitMix64(9));
        var centroids = new float[Classes * Dimension];

        new KMeansStart(rows, new KMeansOptions { Classes = Classes, Candidates = candidates }, new ParallelOptions { MaxDegreeOfParallelism = 2 }).Draw(ref random, centroids);

        int[] drawn = [plain.NextIndex(Rows)];
        double[] nearest = [.. Enumerable.Repeat(double.MaxValue, Rows)];
        for (int k = 0; k < Classes; k++)
        {
            var left = drawn.Select(c => nearest.Select((square, i) => Math.Min(square, SquaredDistance(rows.Row(i), rows.Row(c)))).ToArray()).ToArray();
            int best = Enumerable.Range(0, drawn.Length).MinBy(c => left[c].Sum());
            Assert.Equal(rows.Row(drawn[best]), centroids.AsSpan(k * Dimension, Dimension));

            nearest = left[best];
            drawn = new int[candidates];
            for (int c = 0; c < candidates; c++)
            {
                double at = plain.NextDouble() * nearest.Sum();
                drawn[c] = Enumerable.Range(0, Rows).First(i => (at -= nearest[i]) < 0);
            }
        }
    }

    [Fact]
    public void Rows_with_a_centroid_of_their_own_are_drawn_no_more()
    {
        var some = RandomRows.Uniform(5, 3);
        var rows = some.Select([.. Enumerable.Range(0, 3000).Select(i => i < 2000 ? 0 : i % 5)]); // whole chunks of equal rows
        var random = new SplitMix64(4);
        var centroids = new float[7 * 3];

        new KMeansStart(rows, new KMeansOptions { Classes = 7 }, new ParallelOptions()).Draw(ref random, centroids);

        var distinct = Enumerable.Range(0, 7).Select(k => string.Join(' ', centroids[(k * 3)..(k * 3 + 3)])).ToArray();
        Assert.Equal(5, distinct.Take(5).Distinct().Count()); // then nothing is left, and the first row is as good as any
    }

    static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += Math.Pow((double)a[k] - b[k], 2);
        return sum;
    }
}
