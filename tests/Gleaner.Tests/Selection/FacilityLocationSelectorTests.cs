using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class FacilityLocationSelectorTests
{
    public static TheoryData<FacilityLocationOptions> Variants => new(
        new FacilityLocationOptions(), new FacilityLocationOptions { Threshold = null }, new FacilityLocationOptions { Neighbours = 10 },
        new FacilityLocationOptions { Epsilon = 0.1, Seed = 4 }, new FacilityLocationOptions { Threshold = 0.2, RoomForRows = 0 });

    [Fact]
    public void A_class_is_ranked_as_its_objective_ranks_it()
    {
        var embedding = RandomRows.Clustered(90, 12, 6, 1);
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
        var classes = LatentPartition.FromLabels(labels);

        var ranking = new FacilityLocationSelector().Rank(embedding, classes, keep: [8, 3]);

        Assert.Equal(Enumerable.Range(0, 90), ranking.Order.Order());
        Assert.Equal([8, 3], ranking.Order.Take(2));
        for (int k = 0; k < 3; k++)
        {
            int[] members = classes.Members(k).ToArray();
            var similarity = new CosineSimilarity(embedding.Select(members), threshold: 0);
            int[] keep = k == 2 ? [2] : k == 0 ? [1] : []; // image 8 is the third of class 2, image 3 the second of class 0
            var plain = new Greedy().Rank(new PlainFacilityLocation(similarity), keep);
            Assert.Equal(plain.Select(p => members[p.Index]), ranking.Order.Where(i => labels[i] == k));
            Assert.All(plain, pick => Assert.Equal(pick.Gain, ranking.Gains![members[pick.Index]]));
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Threads_do_not_change_a_ranking(FacilityLocationOptions options)
    {
        var embedding = RandomRows.Clustered(500, 20, 9, 1);
        var classes = KMeans.Partition(embedding, classes: 5, seed: 1);

        var one = new FacilityLocationSelector(options with { Threads = 1 }).Rank(embedding, classes);
        var many = new FacilityLocationSelector(options with { Threads = 4 }).Rank(embedding, classes);

        Assert.Equal(one.Order, many.Order);
        Assert.Equal(one.Gains!, many.Gains!);
        Assert.Equal(one.SimilaritySums, many.SimilaritySums);
    }

    [Fact]
    public void Sums_and_means_are_those_of_the_similarities()
    {
        var embedding = RandomRows.Clustered(120, 10, 4, 1);
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 120).Select(i => i / 70)]);
        foreach (double? threshold in new double?[] { 0, 0.3, -0.1, null })
        {
            var expected = new SasSelector(new SasOptions { Threshold = threshold }).Rank(embedding, classes);

            var ranking = new FacilityLocationSelector(new FacilityLocationOptions { Threshold = threshold }).Rank(embedding, classes);

            for (int i = 0; i < 120; i++)
            {
                Assert.Equal(expected.SimilaritySums![i], ranking.SimilaritySums![i], 1e-12 * 120); // another order of float64 additions
                Assert.Equal(expected.MeanSimilarities![i], ranking.MeanSimilarities![i], 1e-12);
            }
        }
        Assert.Null(new FacilityLocationSelector(new FacilityLocationOptions { Neighbours = 3 }).Rank(embedding, classes).SimilaritySums);
        Assert.Null(new FacilityLocationSelector(new FacilityLocationOptions { Epsilon = 0.1 }).Rank(embedding, classes).MeanSimilarities);
    }

    // Facility location has true ties by structure: two images that improve only each other gain the same. The rankings are compared up to the first.
    [Fact]
    public void Permuting_the_rows_permutes_the_ranking_until_gains_tie() =>
        Gen.ULong.Sample(seed =>
        {
            var embedding = RandomRows.Clustered(80, 12, 4, 1, seed);
            int[] permutation = [.. Enumerable.Range(0, 80)];
            new SplitMix64(seed).Shuffle(permutation);
            var selector = new FacilityLocationSelector();

            var straight = selector.Rank(embedding, LatentPartition.Whole(80));
            var permuted = selector.Rank(embedding.Select(permutation), LatentPartition.Whole(80));

            int clear = PicksWithoutTies(new CosineSimilarity(embedding, threshold: 0), straight.Order);
            Assert.Equal(straight.Order.Take(clear), permuted.Order.Take(clear).Select(i => permutation[i]));
            Assert.InRange(clear, 4, 80);   // ties come early in some clusters, but not at once
        }, iter: 20);

    static int PicksWithoutTies(SimilarityRows similarity, IReadOnlyList<int> order)
    {
        var objective = new PlainFacilityLocation(similarity);
        for (int k = 0; k < order.Count - 1; k++)
        {
            double gain = objective.Gain(order[k]), second = order.Skip(k + 1).Max(objective.Gain);
            if (gain - second < 1e-9) return k; // sums in another order differ by less
            objective.Add(order[k]);
        }
        return order.Count;
    }

    [Fact]
    public void A_stochastic_ranking_is_worth_nearly_as_much()
    {
        var embedding = RandomRows.Clustered(400, 16, 20, 0.8);
        double Value(FacilityLocationOptions options)
        {
            var ranking = new FacilityLocationSelector(options).Rank(embedding, LatentPartition.Whole(400));
            return Kernels.Coverage(new CosineSimilarity(embedding, threshold: 0), ranking.Take(Budget.Percent(20)).Indices);
        }

        double exact = Value(new FacilityLocationOptions());

        Assert.InRange(Value(new FacilityLocationOptions { Epsilon = 0.05, Seed = 1 }), 0.95 * exact, exact);
        Assert.InRange(Value(new FacilityLocationOptions { Neighbours = 60 }), 0.97 * exact, exact + 1e-9);
    }

    [Fact]
    public void Wrong_options_are_refused_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FacilityLocationSelector(new FacilityLocationOptions { Epsilon = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FacilityLocationSelector(new FacilityLocationOptions { Epsilon = 0.1, Fraction = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FacilityLocationSelector(new FacilityLocationOptions { Neighbours = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FacilityLocationSelector(new FacilityLocationOptions { RoomForRows = -1 }));
    }
}
