using CsCheck;
using Gleaner.Tests.Selection;
using Xunit;

namespace Gleaner.Tests.Similarity;

public class NeighbourSimilarityTests
{
    [Fact]
    public void It_keeps_the_most_similar_of_each_image_in_both_directions() =>
        Gen.Select(Gen.Int[0, Kernels.Kinds - 2], Gen.Int[1, 90], Gen.Int[0, 12], Gen.ULong, Gen.Int[1, 3]).Sample((kind, n, k, seed, threads) =>
        {
            var full = Kernels.Any(kind, n, seed);
            float[][] rows = [.. Enumerable.Range(0, n).Select(i => Kernels.Row(full, i))];
            var nearest = rows.Select((row, i) => Enumerable.Range(0, n).Where(j => j != i && row[j] > 0).OrderByDescending(j => row[j]).ThenBy(j => j).Take(k).ToHashSet()).ToArray();

            var sparse = NeighbourSimilarity.Of(full, k, threads);

            double[] sums = sparse.RowSums();
            for (int i = 0; i < n; i++)
            {
                float[] expected = [.. Enumerable.Range(0, n).Select(j => j == i ? (float)full.Self(i) : nearest[i].Contains(j) || nearest[j].Contains(i) ? rows[i][j] : 0)];
                Assert.Equal(expected, Kernels.Row(sparse, i));
                Assert.Equal(full.Self(i), sparse.Self(i), 1e-7);
                Assert.Equal(expected.Sum(s => (double)s), sums[i], 1e-9);
            }
        }, iter: 60);

    // More images than fit the room for candidates, so that it is emptied many times, and equal similarities across that.
    [Theory, InlineData(3), InlineData(40)]
    public void Large_rows_keep_the_lowest_of_equals(int k)
    {
        var full = Kernels.Integers(700, 60, seed: 2);

        var sparse = NeighbourSimilarity.Of(full, k);

        for (int i = 0; i < 700; i += 7)
        {
            float[] row = Kernels.Row(full, i), kept = Kernels.Row(sparse, i);
            foreach (int j in Enumerable.Range(0, 700).Where(j => j != i).OrderByDescending(j => row[j]).ThenBy(j => j).Take(k)) Assert.Equal(row[j], kept[j]);
        }
        Assert.InRange(sparse.Entries, 700 * (k + 1), 700 * (2 * k + 1));
    }

    [Fact]
    public void All_neighbours_are_the_positive_similarities()
    {
        var full = new CosineSimilarity(RandomRows.Uniform(50, 4), threshold: 0);

        var picks = new LazyGreedy().Rank(new FacilityLocation(NeighbourSimilarity.Of(full, 1000)));

        Assert.Equal(new LazyGreedy().Rank(new FacilityLocation(full)), picks);
    }
}
