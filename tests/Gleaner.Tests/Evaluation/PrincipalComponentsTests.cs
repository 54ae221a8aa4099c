using Xunit;

namespace Gleaner.Tests.Evaluation;

public class PrincipalComponentsTests
{
    // The covariance is of float32 rows; its eigenvectors are found in float64.
    const double Tolerance = 1e-6;

    [Fact]
    public void Two_dimensions_have_the_axis_of_the_closed_form()
    {
        var random = new Random(3);
        var values = new float[2 * 500];
        for (int i = 0; i < 500; i++)
        {
            double along = random.NextDouble() - 0.5, across = 0.2 * (random.NextDouble() - 0.5);
            (values[2 * i], values[2 * i + 1]) = ((float)(0.1 + 0.8 * along - 0.6 * across), (float)(0.2 + 0.6 * along + 0.8 * across));
        }
        var rows = EmbeddingMatrix.OfMeans(values, 500, 2);

        var found = PrincipalComponents.Of(rows, All(500), 2);

        double[] x = [.. values.Where((_, k) => k % 2 == 0)], y = [.. values.Where((_, k) => k % 2 == 1)];
        double a = Moment(x, x), b = Moment(x, y), c = Moment(y, y), angle = Math.Atan2(2 * b, a - c) / 2, root = Math.Sqrt((a - c) * (a - c) + 4 * b * b);
        Assert.Equal(Math.Cos(angle), found.Direction(0)[0], Tolerance);
        Assert.Equal(Math.Sin(angle), found.Direction(0)[1], Tolerance);
        Assert.Equal((a + c + root) / 2 / (a + c), found.Shares[0], Tolerance);
        Assert.Equal(1, found.Shares.Sum(), Tolerance);
    }

    [Fact]
    public void Directions_are_eigenvectors_at_right_angles_whose_largest_coordinate_is_positive()
    {
        var rows = RandomRows.Clustered(300, 40, 6, 0.5);

        var found = PrincipalComponents.Of(rows, All(300), 2);

        double[][] projected = [.. Enumerable.Range(0, 2).Select(c => Enumerable.Range(0, 300).Select(i => found.Along(c, rows.Row(i))).ToArray())];
        Assert.Equal(0, Moment(projected[0], projected[1]), Tolerance);
        for (int c = 0; c < 2; c++)
        {
            double[] v = found.Direction(c).ToArray();
            double value = Moment(projected[c], projected[c]);
            for (int a = 0; a < 40; a++) // C v = lambda v, coordinate by coordinate
                Assert.Equal(value * v[a], Moment([.. Enumerable.Range(0, 300).Select(i => (double)rows.Row(i)[a])], projected[c]), Tolerance);
            Assert.Equal(1, v.Sum(t => t * t), Tolerance);
            Assert.True(v.MaxBy(Math.Abs) > 0);
        }
        Assert.True(found.Shares[0] >= found.Shares[1]);
    }

    [Fact]
    public void Equal_rows_and_equal_eigenvalues_give_some_basis()
    {
        var equal = PrincipalComponents.Of(EmbeddingMatrix.OfMeans([.. Enumerable.Repeat(0.25f, 12)], 4, 3), All(4), 2);
        var cross = PrincipalComponents.Of(EmbeddingMatrix.OfMeans([1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0], 4, 3), All(4), 2);
        var line = PrincipalComponents.Of(EmbeddingMatrix.OfMeans([0.1f, 0.5f], 2, 1), All(2), 2);

        Assert.Equal([0, 0], equal.Shares);
        Assert.Equal(0, equal.Along(0, [0.25f, 0.25f, 0.25f]));
        Assert.Equal(0.5, cross.Shares[0], Tolerance);
        Assert.Equal(1, Enumerable.Range(0, 2).Sum(a => Math.Pow(cross.Direction(0)[a], 2)), Tolerance);
        Assert.Equal(0, Enumerable.Range(0, 3).Sum(a => cross.Direction(0)[a] * cross.Direction(1)[a]), Tolerance);
        Assert.Equal((0.2, 0), (Math.Round(line.Along(0, [0.5f]), 6), line.Along(1, [0.5f])));
    }

    static int[] All(int count) => [.. Enumerable.Range(0, count)];

    static double Moment(double[] x, double[] y) => x.Zip(y, (a, b) => (a - x.Average()) * (b - y.Average())).Average();
}
