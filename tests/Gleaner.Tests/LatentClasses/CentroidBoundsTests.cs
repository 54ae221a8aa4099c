using Xunit;

namespace Gleaner.Tests.LatentClasses;

/// That whole runs are those of a plain loop: KMeansTests.
public class CentroidBoundsTests
{
    static readonly ParallelOptions Parallel = new() { MaxDegreeOfParallelism = 2 };

    [Fact]
    public void Of_equal_centroids_the_first_is_taken_wherever_they_are_grouped()
    {
        const int Distinct = 20, Copies = 3; // three of each: groups of sixteen part some
        var rows = RandomRows.Uniform(2500, 12);
        var centers = RandomRows.Uniform(Distinct, 12, seed: 5).Select([.. Enumerable.Range(0, Distinct * Copies).Select(k => k % Distinct)]).Values;
        int[] classOf = [.. Enumerable.Repeat(Distinct * Copies - 1, 2500)];
        var nearest = new int[2500];
        new NearestRows(PackedRows.Pack(centers, Distinct * Copies, 12)).Find(rows.Values, nearest, new float[2500]);
        Assert.True(nearest.Max() < Distinct);

        int moved = new CentroidBounds(rows, centers, cosine: true).Assign(centers, new float[Distinct * Copies], classOf, Parallel);

        Assert.Equal(nearest, classOf);
        Assert.Equal(2500, moved);
    }

    [Fact]
    public void A_row_that_was_put_elsewhere_comes_back()
    {
        var rows = RandomRows.Clustered(400, 12, clusters: 30, spread: 0.3);
        var centers = rows.Values[..(30 * 12)];
        var bounds = new CentroidBounds(rows, centers, cosine: true);
        var classOf = new int[400];
        bounds.Assign(centers, new float[30], classOf, Parallel);
        int[] before = [.. classOf];

        classOf[77] = (classOf[77] + 5) % 30;
        bounds.Forget(77);
        int moved = bounds.Assign(centers, new float[30], classOf, Parallel);

        Assert.Equal(before, classOf);
        Assert.Equal(1, moved);
    }

    [Fact]
    public void Where_classes_are_clear_bounds_pay_and_where_there_are_none_they_do_not()
    {
        Assert.True(Pays(RandomRows.Clustered(3000, 24, clusters: 60, spread: 0.3), shift: 0.01f));
        Assert.False(Pays(RandomRows.Uniform(3000, 24), shift: 0.3f));

        static bool Pays(EmbeddingMatrix rows, float shift)
        {
            var centers = rows.Values[..(60 * 24)];
            var bounds = new CentroidBounds(rows, centers, cosine: true);
            var classOf = new int[3000];
            bounds.Assign(centers, new float[60], classOf, Parallel);
            Assert.True(bounds.Pay); // however much there was to do

            float[] shifted = [.. centers];
            for (int i = 0; i < shifted.Length; i++) shifted[i] += i % 2 == 0 ? shift : -shift;
            bounds.Assign(EmbeddingMatrix.Normalize(shifted, 60, 24, out _).Values, new float[60], classOf, Parallel);
            return bounds.Pay;
        }
    }
}
