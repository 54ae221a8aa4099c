using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class ClassCountSearchTests
{
    [Theory]
    [InlineData(1200, 32, 5, 0.5)]
    [InlineData(1500, 48, 12, 0.8)]
    [InlineData(2000, 48, 20, 1.1)] // silhouettes below 0.4: neighbours overlap
    [InlineData(70, 32, 3, 0.5)]    // no more than K = 3 is tried
    public void The_number_of_made_classes_is_found(int images, int dimension, int classes, double spread)
    {
        var found = ClassCountSearch.Run(RandomRows.Clustered(images, dimension, classes, spread, seed: 4));

        Assert.Equal(classes, found.Classes);
        Assert.Contains($"K = {classes}: the silhouette ", found.Reason);
    }

    [Fact]
    public void Rows_in_all_directions_and_one_long_cloud_have_no_classes()
    {
        var uniform = ClassCountSearch.Run(RandomRows.Uniform(1500, 16));
        var cloud = ClassCountSearch.Run(Long(1500, 24));

        Assert.Equal((1, 1), (uniform.Classes, cloud.Classes));
        Assert.Contains("K = 1: no K finds more than a cloud without classes has", cloud.Reason);
        Assert.True(cloud.Curve.Max(trial => trial.Silhouette) > 0.25, "the silhouette alone would have found classes here");
    }

    [Fact]
    public void A_sample_of_a_large_pool_is_searched_and_threads_and_views_of_the_memory_change_nothing()
    {
        var embedding = RandomRows.Clustered(3000, 24, 6, 0.6);
        var options = new ClassCountOptions { MostRows = 400, Seed = 5, Threads = 1 };

        var one = ClassCountSearch.Run(embedding, options);
        var other = ClassCountSearch.Run(embedding, options with { Threads = 3 });

        Assert.Equal((6, 400, 20), (one.Classes, one.Rows, one.Curve[^1].Classes));
        Assert.Equal(one.Curve, other.Curve);
        Assert.NotEqual(one.Curve, ClassCountSearch.Run(embedding, options with { Seed = 6 }).Curve);
    }

    [Fact]
    public void The_curve_holds_the_best_with_both_its_neighbours()
    {
        var found = ClassCountSearch.Run(RandomRows.Clustered(1800, 32, 17, 0.7, seed: 2));

        int[] tried = [.. found.Curve.Select(trial => trial.Classes)];
        Assert.Equal(tried.Order().Distinct(), tried);
        Assert.Contains(found.Classes - 1, tried);
        Assert.Contains(found.Classes + 1, tried);
        Assert.All(found.Curve, trial => Assert.InRange(trial.SmallestClass, 1, 1800 / trial.Classes));
        Assert.Equal(found.Best!.Classes, found.Classes);
    }

    [Fact]
    public void Few_images_are_one_class_without_a_search()
    {
        var found = ClassCountSearch.Run(RandomRows.Clustered(39, 8, 2, 0.1));

        Assert.Equal(1, found.Classes);
        Assert.Empty(found.Curve);
        Assert.Contains("39 images are too few", found.Reason);
    }

    [Theory, InlineData(2), InlineData(3), InlineData(7), InlineData(500)]
    public void The_grid_rises_to_its_end(int most)
    {
        int[] grid = [.. ClassCountSearch.Grid(most)];

        Assert.Equal((2, most), (grid[0], grid[^1]));
        Assert.Equal(grid.Distinct().Order(), grid);
    }

    [Fact]
    public void The_silhouette_is_what_its_definition_gives()
    {
        var rows = RandomRows.Uniform(150, 7);
        var centroids = RandomRows.Uniform(9, 7, seed: 3);

        double expected = Enumerable.Range(0, 150).Average(i =>
        {
            double[] distances = [.. Enumerable.Range(0, 9).Select(k => Enumerable.Range(0, 7).Sum(c => Math.Pow(rows.Row(i)[c] - centroids.Row(k)[c], 2))).Select(Math.Sqrt).Order()];
            return (distances[1] - distances[0]) / distances[1];
        });

        Assert.Equal(expected, Silhouette.Of(rows, centroids.Values.ToArray(), threads: 2, default), 1e-6); // float32 products
    }

    [Fact]
    public void A_cloud_has_the_mean_and_covariance_that_it_is_like()
    {
        double[] covariance = [4, 2, 0, 2, 3, 0, 0, 0, 0];

        double[] root = GaussianCloud.Cholesky(covariance, 3);

        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) Assert.Equal(covariance[a * 3 + b], Enumerable.Range(0, 3).Sum(c => root[a * 3 + c] * root[b * 3 + c]), 1e-12);
        float[] values = [.. RandomRows.Uniform(4000, 6).Values.ToArray().Select((v, at) => at % 6 == 5 ? 1 : v / (2 + at % 6))];
        var rows = EmbeddingMatrix.Normalize(values, 4000, 6, out _);
        var (mean, spread) = Covariance.Of(rows, [.. Enumerable.Range(0, 4000)]);
        var (likeMean, likeSpread) = Covariance.Of(GaussianCloud.Like(rows).Draw(4000, seed: 1), [.. Enumerable.Range(0, 4000)]);
        for (int c = 0; c < 6; c++) Assert.Equal(mean[c], likeMean[c], 0.01);
        for (int c = 0; c < 36; c++) Assert.Equal(spread[c], likeSpread[c], 0.004); // of variances from 0.005 to 0.04; scaling to unit length bends it a little
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        var embedding = RandomRows.Uniform(100, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => ClassCountSearch.Run(embedding, new() { RowsPerClass = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassCountSearch.Run(embedding, new() { References = 0 }));
        Assert.Contains("ToUnit", Assert.Throws<ArgumentException>(() => ClassCountSearch.Run(EmbeddingMatrix.OfMeans(new float[400], 100, 4))).Message);
    }

    // One cloud, longer in some directions than in others, as embeddings are.
    static EmbeddingMatrix Long(int count, int dimension)
    {
        var noise = RandomRows.Uniform(count, dimension);
        float[] values = noise.Values.ToArray();
        for (int i = 0; i < values.Length; i++) values[i] = values[i] * 3 / (1 + i % dimension) + (i % dimension == dimension - 1 ? 1.5f : 0);
        return EmbeddingMatrix.Normalize(values, count, dimension, out _);
    }
}
