using Xunit;

namespace Gleaner.Tests.Selection;

public class RankingPlanTests
{
    [Fact]
    public void Class_by_class_selectors_cost_a_product_of_every_pair()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 100).Select(i => i < 70 ? 0 : i < 90 ? 1 : 2)]);

        var plan = new KCenterSelector(threads: 2).Plan(classes, dimension: 8);

        Assert.Equal(8 * (70 * 70 + 20 * 20 + 10 * 10), plan.MultiplyAdds);
        Assert.Equal((8 + RankingPlan.PerPair) * (70 * 70 + 20 * 20 + 10 * 10), plan.Effort);
        Assert.Equal((8 + RankingPlan.PerPair) * 70 * 70, plan.Longest);
        Assert.Equal(90 * (2 * 4 * 8 + 4 * 8), plan.Bytes); // the two largest at once: rows, packed rows, four numbers an image
    }

    [Fact]
    public void A_threshold_and_picks_cost_passes_over_all_pairs_and_the_modular_order_none()
    {
        var classes = LatentPartition.Whole(1000);
        double Pairs(SasObjective objective, double? threshold) =>
            new SasSelector(new SasOptions { Objective = objective, Threshold = threshold }).Plan(classes, dimension: 1000).Effort / 1e9;

        Assert.Equal(0.4212, Pairs(SasObjective.GraphCut, 0), 1e-6);
        Assert.Equal(0.3212, Pairs(SasObjective.GraphCut, null), 1e-6);
        Assert.Equal(0.102, Pairs(SasObjective.Modular, 0), 1e-6);
        Assert.Equal(0.002, Pairs(SasObjective.Modular, null), 1e-6);
    }

    [Theory]
    [InlineData(SasObjective.Modular, 0.0, 3000, 0.5)]    // sums of thresholded similarities meet each pair once
    [InlineData(SasObjective.GraphCut, 0.0, 3000, 1.5)]   // and picks make a row for each image
    [InlineData(SasObjective.GraphCut, null, 3000, 1 + 2 / 3000.0)]
    [InlineData(SasObjective.GraphCut, 0.0, 1000, 0.5)]   // but few rows are stored from the start
    [InlineData(SasObjective.Modular, null, 1000, 2 / 1000.0)]
    public void Multiply_adds_are_those_of_the_products_that_are_made(SasObjective objective, double? threshold, int images, double ofAllPairs)
    {
        var plan = new SasSelector(new SasOptions { Objective = objective, Threshold = threshold }).Plan(LatentPartition.Whole(images), dimension: 16);

        Assert.Equal(ofAllPairs, plan.MultiplyAdds / (16.0 * images * images), 1e-9);
    }

    [Fact]
    public void Facility_location_says_what_its_lists_take()
    {
        long Bytes(int images, long room) => new FacilityLocationSelector(new FacilityLocationOptions { RoomForRows = room, Threads = 1 }).Plan(LatentPartition.Whole(images), dimension: 16).Bytes;

        Assert.InRange(Bytes(16_000, 384L << 20), 300L << 20, 500L << 20); // measured: 430 MiB the process, 89 of them without the ranking
        Assert.Equal(16_000L * 16_000, Bytes(16_000, 384L << 20) - Bytes(16_000, 0));
    }

    [Fact]
    public void A_large_class_is_shared_by_threads_unless_every_pick_waits_for_the_one_before()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 11_000).Select(i => i < 5000 ? 0 : i < 10_000 ? 1 : 2)]);
        var (one, other) = (new KCenterSelector(threads: 4).Plan(classes, 8), new SasSelector(new SasOptions { Threads = 4 }).Plan(classes, 8));

        Assert.Equal(5000.0 * 5000 * (8 + RankingPlan.PerPair), one.Longest);
        Assert.Equal(new SasSelector().Plan(LatentPartition.Whole(1000), 8).Effort, other.Longest);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 50)]
    [InlineData(8, 40)] // the largest class is one thread's
    public void Threads_share_all_but_the_longest_part(int threads, double seconds) =>
        Assert.Equal(seconds, new RankingPlan(MultiplyAdds: 5000, Effort: 1000, Longest: 400, Bytes: 0).Seconds(rate: 10, threads));

    [Fact]
    public void Hierarchical_costs_the_clusters_of_every_level()
    {
        var options = new HierarchicalKMeansOptions { Levels = [100, 10], Resamplings = 0 };
        double Cost(HierarchicalKMeansOptions chosen) => new HierarchicalKMeansSelector(chosen).Plan(LatentPartition.Whole(1000), dimension: 4).MultiplyAdds;

        Assert.Equal(1000 * 100 + 100 * 10, Cost(options) / (20 * 4));
        Assert.Equal(10 * (10 + 1) * 100 * 10, (Cost(options with { Resamplings = 10 }) - Cost(options)) / 4); // half the points for 20 steps, all of them once
    }
}
