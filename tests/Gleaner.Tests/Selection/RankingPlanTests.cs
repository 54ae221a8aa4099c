using Xunit;

namespace Gleaner.Tests.Selection;

public class RankingPlanTests
{
    [Fact]
    public void Class_by_class_selectors_cost_a_product_of_every_pair()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 100).Select(i => i < 70 ? 0 : i < 90 ? 1 : 2)]);

        var plan = new KCenterSelector(threads: 2).Plan(classes, dimension: 8);

        Assert.Equal((8 + RankingPlan.PerPair) * (70 * 70 + 20 * 20 + 10 * 10), plan.MultiplyAdds);
        Assert.Equal((8 + RankingPlan.PerPair) * 70 * 70, plan.Longest);
        Assert.Equal(90 * (2 * 4 * 8 + 4 * 8), plan.Bytes); // the two largest at once: rows, packed rows, four numbers an image
    }

    [Fact]
    public void A_threshold_and_picks_cost_passes_over_all_pairs_and_the_modular_order_none()
    {
        var classes = LatentPartition.Whole(1000);
        double Pairs(SasObjective objective, double? threshold) =>
            new SasSelector(new SasOptions { Objective = objective, Threshold = threshold }).Plan(classes, dimension: 1000).MultiplyAdds / 1e9;

        Assert.Equal(0.4212, Pairs(SasObjective.GraphCut, 0), 1e-6);
        Assert.Equal(0.3212, Pairs(SasObjective.GraphCut, null), 1e-6);
        Assert.Equal(0.102, Pairs(SasObjective.Modular, 0), 1e-6);
        Assert.Equal(0.002, Pairs(SasObjective.Modular, null), 1e-6);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 50)]
    [InlineData(8, 40)] // the largest class is one thread's
    public void Threads_share_all_but_the_longest_part(int threads, double seconds) =>
        Assert.Equal(seconds, new RankingPlan(MultiplyAdds: 1000, Longest: 400, Bytes: 0).Seconds(rate: 10, threads));

    [Fact]
    public void Hierarchical_costs_the_clusters_of_every_level()
    {
        var options = new HierarchicalKMeansOptions { Levels = [100, 10], Resamplings = 0 };
        double Cost(HierarchicalKMeansOptions chosen) => new HierarchicalKMeansSelector(chosen).Plan(LatentPartition.Whole(1000), dimension: 4).MultiplyAdds;

        Assert.Equal(1000 * 100 + 100 * 10, Cost(options) / (20 * 4));
        Assert.Equal(10 * (10 + 1) * 100 * 10, (Cost(options with { Resamplings = 10 }) - Cost(options)) / 4); // half the points for 20 steps, all of them once
    }
}
