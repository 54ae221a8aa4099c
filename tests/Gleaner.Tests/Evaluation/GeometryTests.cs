using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class GeometryTests
{
    const double Rounding = 1e-5; // float32 inner products and exponentials

    [Fact]
    public void Alignment_and_uniformity_are_those_of_plain_loops() =>
        Gen.Select(Gen.Int[2, 70], Gen.Int[1, 20], Gen.Int[1, 3], Gen.Double[0.5, 3], Gen.ULong).Sample((n, d, m, power, seed) =>
        {
            var views = ManyViews.Clustered(n, d, 3, spread: 1, jitter: 0.3, m, seed);
            double align = 0, uniform = 0;
            for (int v = 0; v < m; v++)
            {
                for (int w = 0; w < v; w++)
                    for (int i = 0; i < n; i++) align += Math.Pow(ManyViews.Distance(views[v].Row(i), views[w].Row(i)), power);
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < i; j++) uniform += Math.Exp(-power * Math.Pow(ManyViews.Distance(views[v].Row(i), views[v].Row(j)), 2));
            }

            var found = Geometry.Measure(views, null, new() { AlignmentPower = power, UniformityScale = power, Threads = 2 });

            if (m == 1) Assert.Null(found.Alignment);
            else Assert.Equal(align / (n * m * (m - 1) / 2), found.Alignment!.Value, Rounding);
            Assert.Equal(Math.Log(uniform / (m * n * (n - 1) / 2)), found.Uniformity!.Value, Rounding);
            Assert.Equal((m * n * (n - 1) / 2, true, 0.0), (found.Uniformity.Pairs, found.Uniformity.IsExact, found.Uniformity.StandardError));
        }, iter: 40);

    [Fact]
    public void Many_rows_are_compared_in_parts_and_drawn_pairs_agree_within_their_error()
    {
        var view = RandomRows.Uniform(1300, 6);
        double exact = Geometry.Measure([view]).Uniformity!.Value, plain = 0;
        for (int i = 0; i < 1300; i++)
            for (int j = 0; j < i; j++) plain += Math.Exp(-2 * Math.Pow(ManyViews.Distance(view.Row(i), view.Row(j)), 2));

        Assert.Equal(Math.Log(plain / (1300 * 1299 / 2)), exact, Rounding);
        foreach (int seed in new[] { 1, 2, 3 })
        {
            var drawn = Geometry.Measure([view], null, new() { MaxExactPairs = 10, SampledPairs = 20_000, Seed = seed }).Uniformity!;
            Assert.False(drawn.IsExact);
            Assert.InRange(drawn.StandardError, 0.001, 0.05);
            Assert.InRange(drawn.Value, exact - 4 * drawn.StandardError, exact + 4 * drawn.StandardError);
            Assert.NotEqual(exact, drawn.Value);
        }
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Ranks_and_spread_are_those_of_numpy(int fixture)
    {
        var oracle = Oracles.Of("spectra", fixture);
        var rows = Oracles.Rows(oracle.Integer("n"), oracle.Integer("d"), 3);
        var view = EmbeddingMatrix.Normalize(rows.Values.ToArray(), rows.Count, rows.Dimension, out _);

        var found = Geometry.Measure([view]).Spectrum;

        Assert.Equal(oracle.Number("effectiveRank"), found.EffectiveRank, 1e-4);
        Assert.Equal(oracle.Number("centeredEffectiveRank"), found.CenteredEffectiveRank!.Value, 1e-4);
        Assert.Equal(oracle.Number("stableRank"), found.StableRank!.Value, 1e-4);
        Assert.Equal(oracle.Number("spread"), found.Spread, 1e-6);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Eigenvalues_are_those_of_numpy(int fixture)
    {
        var oracle = Oracles.Of("spectra", fixture);
        int d = oracle.Integer("d");
        var rows = Oracles.Rows(oracle.Integer("n"), d, 3);
        var matrix = new double[d * d];
        for (int i = 0; i < rows.Count; i++)
        {
            double length = Math.Sqrt(rows.Row(i).ToArray().Sum(v => (double)v * v));
            for (int k = 0; k < d * d; k++) matrix[k] += rows.Row(i)[k / d] / length * (rows.Row(i)[k % d] / length);
        }

        double[] found = SymmetricEigenvalues.Of(matrix, d);

        double[] expected = oracle.Numbers("eigenvalues");
        for (int k = 0; k < d; k++) Assert.Equal(expected[k], found[k], 1e-12 * expected[^1]);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(60)]
    public void Eigenvalues_of_second_differences_have_a_closed_form(int n)
    {
        var matrix = new double[n * n];
        for (int k = 0; k < n; k++)
        {
            matrix[k * n + k] = 2;
            if (k > 0) matrix[k * n + k - 1] = matrix[(k - 1) * n + k] = -1;
        }

        double[] found = SymmetricEigenvalues.Of(matrix, n);

        for (int k = 0; k < n; k++) Assert.Equal(2 - 2 * Math.Cos(Math.PI * (k + 1) / (n + 1)), found[k], 1e-13);
    }

    // Trace, squares and cubes of a dense matrix with equal and zero eigenvalues: Q D Q with a reflection Q.
    [Fact]
    public void Eigenvalues_that_are_made_are_found() => Gen.Select(Gen.Int[2, 40], Gen.ULong).Sample((n, seed) =>
    {
        var random = new SplitMix64(seed);
        double[] values = [.. Enumerable.Range(0, n).Select(_ => (double)random.NextIndex(4) - 1).Order()];
        double[] u = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        double square = u.Sum(x => x * x);
        double[] q = [.. Enumerable.Range(0, n * n).Select(k => (k / n == k % n ? 1 : 0) - 2 * u[k / n] * u[k % n] / square)];
        double[] matrix = [.. Enumerable.Range(0, n * n).Select(k => Enumerable.Range(0, n).Sum(c => q[k / n * n + c] * values[c] * q[c * n + k % n]))];

        double[] found = SymmetricEigenvalues.Of(matrix, n);

        for (int k = 0; k < n; k++) Assert.Equal(values[k], found[k], 1e-12 * n);
    }, iter: 40);

    [Fact]
    public void A_collapsed_embedding_is_seen()
    {
        var collapsed = EmbeddingMatrix.Normalize([.. Enumerable.Range(0, 50 * 8).Select(k => 1f + k % 8)], 50, 8, out _);

        var found = Geometry.Measure([collapsed, collapsed]);

        Assert.Equal(0, found.Alignment!.Value, 1e-9);
        Assert.Equal(0, found.Uniformity!.Value, Rounding);
        Assert.Equal(1, found.Spectrum.EffectiveRank, 1e-6);
        Assert.Equal(0, found.Spectrum.Spread, 1e-5);
        Assert.Null(found.Spectrum.CenteredEffectiveRank);
        Assert.Null(found.Spectrum.StableRank);
    }

    [Fact]
    public void Rows_all_over_the_sphere_use_every_direction()
    {
        var found = Geometry.Measure([RandomRows.Uniform(4000, 16)]).Spectrum;

        Assert.InRange(found.EffectiveRank, 15.9, 16);
        Assert.InRange(found.Spread, 0.99, 1.001);
        Assert.InRange(found.StableRank!.Value, 13, 16);
    }

    [Fact]
    public void Class_centers_are_means_over_images_and_views()
    {
        var views = ManyViews.Clustered(90, 7, 4, spread: 1, jitter: 0.5, views: 3);
        var classes = ManyViews.Classes(90, 4);

        var found = Geometry.Measure(views, classes).Centers!;

        double[][] centers = [.. Enumerable.Range(0, 4).Select(k => ManyViews.Mean(views, classes.Members(k).ToArray()))];
        double largest = double.MinValue;
        for (int k = 0; k < 4; k++)
            for (int l = 0; l < 4; l++)
            {
                double product = centers[k].Zip(centers[l], (a, b) => a * b).Sum();
                Assert.Equal(product, found.Products[k][l], 1e-9);
                if (k == l) Assert.Equal(Math.Sqrt(product), found.Lengths[k], 1e-9);
                else largest = Math.Max(largest, product);
            }
        Assert.Equal(largest, found.LargestProduct!.Value, 1e-9);
        Assert.Equal(largest, found.Products[found.Closest![0]][found.Closest[1]], 1e-9);
        Assert.Equal([23, 23, 22, 22], found.Sizes);
    }

    [Fact]
    public void The_thread_count_changes_nothing_and_the_result_is_json()
    {
        var views = ManyViews.Clustered(1200, 10, 5, spread: 1, jitter: 0.4);

        string[] found = [.. new[] { 1, 2, 5 }.Select(threads => JsonSerializer.Serialize(Geometry.Measure(views, ManyViews.Classes(1200, 5), new() { Threads = threads })))];

        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[0], found[2]);
        Assert.Contains("\"StableRank\":", found[0]);
    }

    [Fact]
    public void Views_that_do_not_fit_are_refused()
    {
        var view = RandomRows.Uniform(5, 3);

        Assert.Contains("View 1 is 5 x 4; expected 5 x 3", Assert.Throws<ArgumentException>(() => Geometry.Measure([view, RandomRows.Uniform(5, 4)])).Message);
        Assert.Contains("cover 6 images; expected 5", Assert.Throws<ArgumentException>(() => Geometry.Measure([view], ManyViews.Classes(6, 2))).Message);
        Assert.Contains("means of views", Assert.Throws<ArgumentException>(() => Geometry.Measure([EmbeddingMatrix.OfMeans(new float[4], 2, 2)])).Message);
        Assert.Contains("0 views", Assert.Throws<ArgumentException>(() => Geometry.Measure([])).Message);
    }
}
