using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class SubsetPreservationTests
{
    [Fact]
    public void Centers_distances_and_alignment_are_those_of_plain_loops() =>
        Gen.Select(Gen.Int[4, 60], Gen.Int[1, 4], Gen.Int[1, 3], Gen.ULong).Sample((n, classCount, m, seed) =>
        {
            var views = ManyViews.Clustered(n, 9, 3, spread: 1, jitter: 0.4, m, seed);
            var classes = ManyViews.Classes(n, classCount);
            int[] order = [.. Enumerable.Range(0, n)];
            new SplitMix64(seed).Shuffle(order);
            int[] subset = order[..(n / 2)];

            var found = SubsetPreservation.Measure(views, classes, subset, new() { RandomSubsets = 0, Threads = 2 });

            for (int k = 0; k < classCount; k++)
            {
                int[] all = classes.Members(k).ToArray(), kept = [.. subset.Where(i => classes.ClassOf(i) == k)];
                var measured = found.Subset.Classes[k];
                Assert.Equal((k, all.Length, kept.Length), (measured.Label, measured.PoolImages, measured.SubsetImages));
                if (kept.Length == 0)
                {
                    Assert.Null(measured.CenterDistance);
                    Assert.Contains(k, found.Subset.MissedClasses);
                    continue;
                }
                double center = Math.Sqrt(ManyViews.Mean(views, all).Zip(ManyViews.Mean(views, kept), (a, b) => (a - b) * (a - b)).Sum()), expected = 0;
                foreach (int i in all)
                    foreach (int j in kept)
                        foreach (var v in views)
                            foreach (var w in views) expected += ManyViews.Distance(v.Row(i), w.Row(j)) / (all.Length * kept.Length * m * m);
                Assert.Equal(center, measured.CenterDistance!.Value, 1e-7);
                Assert.Equal(expected, measured.ExpectedDistance!.Value, 1e-4); // sqrt(2 - 2 s) of a float32 s
                Assert.True(measured.CenterDistance <= measured.ExpectedDistance + 1e-4);
            }
            Assert.Equal(found.Subset.Classes.Average(k => k.CenterDistance), found.Subset.MeanCenterDistance);
            Assert.Equal(m > 1, found.PoolAlignment is not null);
            if (m == 1) return;
            double Align(IEnumerable<int> images) => images.Average(i => Enumerable.Range(0, m * m).Where(p => p / m < p % m).Average(p => Math.Pow(ManyViews.Distance(views[p / m].Row(i), views[p % m].Row(i)), 2)));
            Assert.Equal(Align(Enumerable.Range(0, n)), found.PoolAlignment!.Value, 1e-6);
            Assert.Equal(Align(subset) / Align(Enumerable.Range(0, n)), found.Subset.AlignmentRatio!.Value, 1e-5);
        }, iter: 40);

    [Fact]
    public void The_whole_pool_preserves_itself()
    {
        var views = ManyViews.Clustered(60, 8, 3, spread: 1, jitter: 0.3);

        var found = SubsetPreservation.Measure(views, ManyViews.Classes(60, 3), [.. Enumerable.Range(0, 60)]);

        Assert.Equal(0, found.Subset.LargestCenterDistance!.Value, 1e-12);
        Assert.Equal(1, found.Subset.AlignmentRatio!.Value, 1e-12);
        Assert.Equal((0.0, 0.0), (found.RandomMeanCenterDistance!.Value, found.ShareOfRandomBeaten!.Value));
        Assert.Empty(found.Subset.MissedClasses);
    }

    // Images i and i + 120 are copies: one of each pair preserves everything. The images on one side of a class preserve little.
    [Fact]
    public void A_subset_is_seen_to_be_better_or_worse_than_random_ones()
    {
        var half = RandomRows.Clustered(120, 8, 4, spread: 1);
        var pool = EmbeddingMatrix.Normalize([.. half.Values, .. half.Values], 240, 8, out _);
        var classes = ManyViews.Classes(240, 4);
        int[] lopsided = [.. Enumerable.Range(0, 4).SelectMany(k => classes.Members(k).ToArray().OrderBy(i => pool.Row(i)[0]).Take(30))];

        var copies = SubsetPreservation.Measure([pool], classes, [.. Enumerable.Range(0, 120)]);
        var worse = SubsetPreservation.Measure([pool], classes, lopsided);

        Assert.Equal((1.0, 10), (copies.ShareOfRandomBeaten!.Value, copies.Random.Count));
        Assert.Equal(0, copies.Subset.MeanCenterDistance!.Value, 1e-7);
        Assert.Equal(0, worse.ShareOfRandomBeaten);
        Assert.True(worse.Subset.MeanCenterDistance > 2 * worse.RandomMeanCenterDistance);
    }

    /// All of one class and nothing of the others keeps that class's center, and is no better than a random subset for it.
    [Fact]
    public void A_subset_that_misses_classes_is_not_compared()
    {
        var views = ManyViews.Clustered(60, 9, 3, spread: 1, jitter: 0.4, 1, 5);
        var classes = ManyViews.Classes(60, 3);

        var found = SubsetPreservation.Measure(views, classes, classes.Members(0).ToArray(), new() { RandomSubsets = 5, Threads = 1 });

        Assert.Equal(0, found.Subset.MeanCenterDistance!.Value, 1e-6);
        Assert.Equal([1, 2], found.Subset.MissedClasses);
        Assert.Null(found.ShareOfRandomBeaten);
    }

    [Fact]
    public void Random_subsets_have_the_pool_s_share_of_every_class_and_depend_on_the_seed()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Repeat(1, 60), .. Enumerable.Repeat(2, 30), .. Enumerable.Repeat(5, 10)]);

        int[] first = SubsetPreservation.Draw(classes, 20, seed: 3, draw: 0);

        Assert.Equal([12, 6, 2], Enumerable.Range(0, 3).Select(k => first.Count(i => classes.ClassOf(i) == k)));
        Assert.Equal(20, first.Distinct().Count());
        Assert.Equal(first, SubsetPreservation.Draw(classes, 20, seed: 3, draw: 0));
        Assert.NotEqual(first, SubsetPreservation.Draw(classes, 20, seed: 3, draw: 1));
        Assert.NotEqual(first, SubsetPreservation.Draw(classes, 20, seed: 4, draw: 0));
    }

    [Fact]
    public void The_thread_count_changes_nothing_and_the_result_is_json()
    {
        var views = ManyViews.Clustered(1200, 10, 2, spread: 1, jitter: 0.4);
        int[] subset = [.. Enumerable.Range(0, 300)];

        string one = JsonSerializer.Serialize(SubsetPreservation.Measure(views, ManyViews.Classes(1200, 2), subset, new() { Threads = 1 }));

        Assert.Equal(one, JsonSerializer.Serialize(SubsetPreservation.Measure(views, ManyViews.Classes(1200, 2), subset, new() { Threads = 3 })));
        Assert.Contains("\"MissedClasses\":[]", one);
    }

    [Fact]
    public void Subsets_that_are_none_are_refused()
    {
        EmbeddingMatrix[] views = [RandomRows.Uniform(5, 3)];
        var classes = ManyViews.Classes(5, 2);

        Assert.Contains("Image 5 is in the subset; the pool holds 0 to 4", Assert.Throws<ArgumentException>(() => SubsetPreservation.Measure(views, classes, [1, 5])).Message);
        Assert.Contains("3 entries, 2 images", Assert.Throws<ArgumentException>(() => SubsetPreservation.Measure(views, classes, [1, 2, 1])).Message);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => SubsetPreservation.Measure(views, classes, [])).Message);
    }
}
