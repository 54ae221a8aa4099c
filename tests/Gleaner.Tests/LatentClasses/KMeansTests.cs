using System.Runtime.InteropServices;
using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class KMeansTests
{
    [Fact]
    public void Fewer_different_rows_than_classes_end_soon()
    {
        var rows = RandomRows.Clustered(3, 4, 3, 0.1, 1).Select([.. Enumerable.Range(0, 300).Select(i => i % 3)]);

        var found = KMeans.Fit(rows, new KMeansOptions { Classes = 7, Seed = 1 });

        Assert.InRange(found.Iterations, 0, 3);
        Assert.InRange(found.Inertia, 0, 1e-3);
        Assert.Equal(7, found.Partition.Classes);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Well_separated_groups_are_found(bool cosine)
    {
        var embedding = RandomRows.Clustered(300, 16, clusters: 7, spread: 0.2);

        var found = KMeans.Fit(embedding, new KMeansOptions { Classes = 7, Seed = 3, Cosine = cosine }).Partition;

        for (int i = 0; i < 300; i++) Assert.Equal(found.ClassOf(i % 7), found.ClassOf(i));
        Assert.Equal(7, Enumerable.Range(0, 7).Select(found.ClassOf).Distinct().Count());
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_same_seed_gives_the_same_bytes_at_any_thread_count(bool cosine)
    {
        var embedding = RandomRows.Uniform(3000, 24);
        var options = new KMeansOptions { Classes = 40, Seed = 11, Cosine = cosine };

        var one = KMeans.Fit(embedding, options with { Threads = 1 });

        foreach (int threads in new[] { 2, 3, 8 })
        {
            var many = KMeans.Fit(embedding, options with { Threads = threads });
            Assert.Equal(ClassesOf(one), ClassesOf(many));
            Assert.True(MemoryMarshal.AsBytes(one.Centroids.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(many.Centroids.AsSpan())));
            Assert.Equal(one.Inertia, many.Inertia);
        }
        Assert.NotEqual(ClassesOf(one), ClassesOf(KMeans.Fit(embedding, options with { Seed = 12 })));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Every_row_is_in_its_nearest_class_and_inertia_is_what_it_says(bool cosine)
    {
        var embedding = RandomRows.Uniform(500, 9);

        var found = KMeans.Fit(embedding, new KMeansOptions { Classes = 13, Cosine = cosine, Tolerance = 0, MaxIterations = 500 });

        double inertia = 0;
        for (int i = 0; i < 500; i++)
        {
            double[] distances = [.. Enumerable.Range(0, 13).Select(k => SquaredDistance(embedding.Row(i), found.Centroids.AsSpan(k * 9, 9)))];
            inertia += distances[found.Partition.ClassOf(i)];
            Assert.Equal(distances.Min(), distances[found.Partition.ClassOf(i)], 1e-5); // float32 near ties
        }
        Assert.Equal(inertia, found.Inertia, 1e-3);
    }

    // 20 classes are two groups of bounds, 300 are ten of two panels each, the last of them half full; 12 are one.
    [Theory, InlineData(12, true), InlineData(20, true), InlineData(300, true), InlineData(12, false), InlineData(20, false), InlineData(300, false)]
    [InlineData(40, true, 3), InlineData(40, false, 3)]
    public void Every_step_is_that_of_comparing_every_row_with_every_centroid(int classes, bool cosine, int copies = 1)
    {
        var embedding = RandomRows.Clustered(1500, 10, clusters: 40, spread: 0.7);
        embedding = embedding.Select([.. Enumerable.Range(0, 1500).Select(i => i / copies)]); // copies may start equal centroids: ties, and classes left empty
        var options = new KMeansOptions { Classes = classes, Cosine = cosine, Restarts = 1, Tolerance = 0, Seed = 2 };
        var plain = new PlainLloyd(embedding, KMeans.Fit(embedding, options with { MaxIterations = 0 }));
        int steps = 0;

        for (bool settled = false; !settled && steps < 60; steps++)
        {
            settled = !plain.Step(cosine);
            var found = KMeans.Fit(embedding, options with { MaxIterations = steps + 1, Threads = steps % 2 + 1 });

            Assert.Equal(plain.ClassOf, ClassesOf(found));
            Assert.Equal(plain.Centroids, found.Centroids);
        }
        Assert.True(steps > 8, $"{steps} steps");
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Centroids_are_the_means_of_their_members(bool cosine)
    {
        var embedding = RandomRows.Uniform(400, 6);

        var found = KMeans.Fit(embedding, new KMeansOptions { Classes = 5, Cosine = cosine, Tolerance = 0, MaxIterations = 500 });

        for (int k = 0; k < 5; k++)
        {
            var mean = new double[6];
            foreach (int i in found.Partition.Members(k))
                for (int c = 0; c < 6; c++) mean[c] += embedding.Row(i)[c];
            double scale = cosine ? Math.Sqrt(mean.Sum(v => v * v)) : found.Partition.Size(k);
            for (int c = 0; c < 6; c++) Assert.Equal(mean[c] / scale, found.Centroids[k * 6 + c], 1e-5);
        }
    }

    [Fact]
    public void Starts_from_a_sample_find_the_groups_of_a_large_pool()
    {
        var embedding = RandomRows.Clustered(4000, 16, clusters: 5, spread: 0.2); // more than 64 rows a class

        var found = KMeans.Fit(embedding, new KMeansOptions { Classes = 5, Seed = 3 }).Partition;

        for (int i = 0; i < 4000; i++) Assert.Equal(found.ClassOf(i % 5), found.ClassOf(i));
        Assert.Equal(5, Enumerable.Range(0, 5).Select(found.ClassOf).Distinct().Count());
    }

    [Fact]
    public void More_restarts_never_make_it_worse()
    {
        var embedding = RandomRows.Uniform(400, 8);

        double[] inertias = [.. new[] { 1, 3, 10 }.Select(r => KMeans.Fit(embedding, new KMeansOptions { Classes = 20, Restarts = r }).Inertia)];

        Assert.True(inertias[1] <= inertias[0] && inertias[2] <= inertias[1], string.Join(", ", inertias));
    }

    [Fact]
    public void Equal_rows_still_fill_every_class()
    {
        var embedding = EmbeddingMatrix.Normalize([.. Enumerable.Repeat(1f, 30)], 10, 3, out _);

        var found = KMeans.Fit(embedding, new KMeansOptions { Classes = 4 }).Partition;

        Assert.Equal(4, found.Classes);
        Assert.Equal(10, Enumerable.Range(0, 4).Sum(found.Size));
    }

    [Fact]
    public void As_many_classes_as_rows_puts_each_alone()
    {
        var found = KMeans.Fit(RandomRows.Uniform(12, 5), new KMeansOptions { Classes = 12 });

        Assert.Equal(12, found.Partition.Classes);
        Assert.Equal(0, found.Inertia, 1e-5);
    }

    [Fact]
    public void Too_many_classes_are_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Partition(RandomRows.Uniform(5, 2), classes: 6));

        Assert.Contains("6 classes asked for; expected 1 to 5", error.Message);
    }

    [Fact]
    public void A_partition_covers_every_image_once_and_keeps_the_labels()
    {
        var partition = LatentPartition.FromLabels([7, -1, 7, 3, -1, 7]);

        Assert.Equal([-1, 3, 7], partition.Labels);
        Assert.Equal([0, 2, 5], partition.Members(2).ToArray());
        Assert.Equal([2, 0, 2, 1, 0, 2], Enumerable.Range(0, 6).Select(partition.ClassOf));
    }

    static int[] ClassesOf(KMeansResult result) => [.. Enumerable.Range(0, result.Partition.Count).Select(result.Partition.ClassOf)];

    static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += Math.Pow(a[k] - b[k], 2);
        return sum;
    }

    [Fact]
    public void Candidates_find_groups_that_a_plain_start_misses()
    {
        var embedding = RandomRows.Clustered(1500, 48, clusters: 25, spread: 0.4);
        var options = new KMeansOptions { Classes = 25, Restarts = 1 };

        double[] plain = Inertias(options), careful = Inertias(options with { Candidates = 5 });

        Assert.True(careful.Average() < 0.8 * plain.Average(), $"{careful.Average()} and {plain.Average()}");

        double[] Inertias(KMeansOptions of) => [.. Enumerable.Range(0, 5).Select(seed => KMeans.Fit(embedding, of with { Seed = seed }).Inertia)];
    }
}
