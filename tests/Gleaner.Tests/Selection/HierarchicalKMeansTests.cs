using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class HierarchicalKMeansTests
{
    // A tree of three levels: sizes[a][b] images in cluster b of cluster a.
    static readonly Gen<int[][]> Trees = Gen.Int[0, 12].Array[1, 5].Array[1, 5];

    [Fact]
    public void Every_prefix_of_the_deal_is_balanced_sampling_from_the_top_down() =>
        Trees.Sample(sizes =>
        {
            var (tree, clusterOf) = Grow(sizes, kept: []);
            int n = clusterOf.Count;
            var given = sizes.Select(children => new int[children.Length]).ToArray();

            for (int m = 1; m <= n; m++)
            {
                var (a, b) = clusterOf[tree.Next()];
                given[a][b]++;

                AssertBalanced([.. given.Select(counts => counts.Sum())], [.. sizes.Select(children => children.Sum())]);
                for (int top = 0; top < sizes.Length; top++) AssertBalanced(given[top], sizes[top]);
            }
            Assert.Equal(0, tree.Left);
            Assert.Equal(sizes.SelectMany(s => s), given.SelectMany(g => g));
        }, iter: 200);

    [Fact]
    public void Images_to_keep_count_for_their_clusters()
    {
        var (tree, clusterOf) = Grow([[4, 4], [8]], kept: [0, 1, 2]); // all of the first leaf

        int[] next = [.. Enumerable.Range(0, 5).Select(_ => tree.Next())];

        Assert.Equal([(1, 0), (1, 0), (1, 0), (0, 1), (1, 0)], next.Select(i => clusterOf[i]));
    }

    [Fact]
    public void A_rare_concept_weighs_as_much_as_a_common_one()
    {
        var groups = RandomRows.Clustered(2000, 16, 20, 0.3); // row i is in group i % 20
        int[] rows = [.. Enumerable.Range(0, 2000).Where(i => i % 20 == 0 || i < 200)]; // 100 of group 0, 10 of each other
        var pool = groups.Select(rows);
        var selector = new HierarchicalKMeansSelector(new HierarchicalKMeansOptions { Levels = [40, 20] });

        var kept = selector.Rank(pool, LatentPartition.Whole(rows.Length)).Take(Budget.Count(60)).Indices;

        Assert.InRange(kept.Count(i => rows[i] % 20 == 0), 1, 10); // a random 60 hold 21
        Assert.Equal(20, kept.Select(i => rows[i] % 20).Distinct().Count());
    }

    [Fact]
    public void Each_level_clusters_the_centroids_of_the_one_below_and_resampling_ends_in_nearest_centroids()
    {
        var embedding = RandomRows.Clustered(600, 10, 12, 1);
        var kMeans = new HierarchicalKMeans(new HierarchicalKMeansOptions { Resamplings = 3, FirstResamplings = 3 }, CancellationToken.None);

        var (fine, centroids) = kMeans.Cluster(embedding, 60, level: 0);
        var (coarse, tops) = kMeans.Cluster(centroids, 12, level: 1);

        Assert.Equal(fine.Classes, centroids.Count);
        Assert.Equal(fine.Classes, coarse.Count);
        Assert.Equal(coarse.Classes, tops.Count);
        for (int i = 0; i < 600; i++)
        {
            double own = Dot(embedding.Row(i), centroids.Row(fine.ClassOf(i)));
            Assert.Equal(Enumerable.Range(0, centroids.Count).Max(k => Dot(embedding.Row(i), centroids.Row(k))), own, 1e-5); // float32 near ties
        }
    }

    [Fact]
    public void Resampling_takes_the_pull_of_dense_regions_away()
    {
        // 900 of 1,000 images in one narrow region: plain k-means spends most clusters there.
        var dense = RandomRows.Clustered(900, 8, 1, 0.6, seed: 3);
        var wide = RandomRows.Uniform(100, 8, seed: 5);
        var pool = EmbeddingMatrix.Normalize([.. dense.Values, .. wide.Values], 1000, 8, out _);

        int[] clusters = [.. new[] { 0, 8 }.Select(steps =>
        {
            var (partition, _) = new HierarchicalKMeans(new HierarchicalKMeansOptions { FirstResamplings = steps }, CancellationToken.None).Cluster(pool, 40, level: 0);
            return Enumerable.Range(0, partition.Classes).Count(k => partition.Members(k)[0] < 900);
        })];

        Assert.True(clusters[1] < clusters[0], $"{clusters[0]} clusters in the dense region, {clusters[1]} after resampling");
    }

    [Fact]
    public void The_closest_to_the_centroid_come_first_or_a_random_one_by_the_seed()
    {
        var embedding = RandomRows.Clustered(300, 8, 5, 0.6);
        var classes = LatentPartition.Whole(300);
        var options = new HierarchicalKMeansOptions { Levels = [1], Seed = 2 };
        float[] centroid = KMeans.Fit(embedding, new KMeansOptions { Classes = 1, Restarts = 1 }).Centroids;

        var closest = new HierarchicalKMeansSelector(options).Rank(embedding, classes).Order;
        var random = new HierarchicalKMeansSelector(options with { ClosestFirst = false }).Rank(embedding, classes).Order;
        var other = new HierarchicalKMeansSelector(options with { ClosestFirst = false, Seed = 3 }).Rank(embedding, classes).Order;

        Assert.Equal(Enumerable.Range(0, 300).OrderByDescending(i => Dot(embedding.Row(i), centroid)), closest);
        Assert.NotEqual(closest, random);
        Assert.NotEqual(other, random);
        Assert.Equal(random, new HierarchicalKMeansSelector(options with { ClosestFirst = false }).Rank(embedding, classes).Order);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(50), InlineData(50_000)]
    public void Sensible_levels_fall_and_fit(int images)
    {
        var levels = HierarchicalKMeansOptions.SensibleLevels(images);

        Assert.All(levels, clusters => Assert.InRange(clusters, 1, images));
        Assert.Equal(levels.OrderDescending(), levels);
        if (images == 50_000) Assert.Equal([1118, 224, 45], levels);
    }

    [Theory, InlineData("3, 4"), InlineData("51"), InlineData("5, 0"), InlineData("")]
    public void Levels_that_cannot_be_are_refused(string levels)
    {
        var selector = new HierarchicalKMeansSelector(new HierarchicalKMeansOptions { Levels = [.. levels.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)] });

        var error = Assert.Throws<ArgumentException>(() => selector.Rank(RandomRows.Uniform(50, 4), LatentPartition.Whole(50)));

        Assert.Contains($"Levels of {levels} clusters; expected", error.Message);
    }

    static (ClusterTree Tree, List<(int Top, int Leaf)> ClusterOf) Grow(int[][] sizes, int[] kept)
    {
        var clusterOf = new List<(int, int)>();
        var tops = new List<ClusterTree>();
        for (int a = 0; a < sizes.Length; a++)
        {
            var leaves = new List<ClusterTree>();
            for (int b = 0; b < sizes[a].Length; b++)
            {
                leaves.Add(new ClusterTree([.. Enumerable.Range(clusterOf.Count, sizes[a][b])], kept.ToHashSet()));
                clusterOf.AddRange(Enumerable.Repeat((a, b), sizes[a][b]));
            }
            tops.Add(new ClusterTree(leaves));
        }
        return (new ClusterTree(tops), clusterOf);
    }

    // Siblings differ by at most one, but for those that are used up.
    static void AssertBalanced(int[] given, int[] sizes)
    {
        int most = given.Max();
        for (int c = 0; c < given.Length; c++) Assert.True(given[c] >= most - 1 || given[c] == sizes[c], $"{string.Join(", ", given)} of {string.Join(", ", sizes)}");
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }
}
