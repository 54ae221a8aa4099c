using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class SasTests
{
    // The golden arrays were made by plain float64 loops and confirmed by apricot, submodlib and the authors' code (tests/fixtures/golden/README.md).
    [Fact]
    public void Graph_cut_picks_what_the_peers_pick_bit_for_bit_on_an_exact_kernel()
    {
        var kernel = new GivenSimilarity(Golden.Matrix("n200_d16_Sq"), 200);

        var picks = new Greedy().Rank(new GraphCut(kernel, kernel.RowSums()));

        Assert.Equal(Golden.Integers("n200_d16_gc_order_q"), picks.Take(40).Select(p => (long)p.Index));
        Assert.Equal(Golden.Doubles("n200_d16_gc_gain_q"), picks.Take(40).Select(p => p.Gain));
    }

    [Fact]
    public void Graph_cut_picks_what_the_peers_pick_from_embeddings()
    {
        var similarity = new CosineSimilarity(Golden.Embedding("n200_d16_X"), threshold: 0);

        var picks = new Greedy().Rank(new GraphCut(similarity, similarity.RowSums()));

        Assert.Equal(Golden.Integers("n200_d16_gc_order"), picks.Take(40).Select(p => (long)p.Index));
        Assert.Equal(Golden.Doubles("n200_d16_gc_value").Single(), picks.Take(40).Sum(p => p.Gain), 1e-3);
    }

    [Fact]
    public void Modular_gives_the_order_of_the_authors_code()
    {
        var kernel = new GivenSimilarity(Golden.Matrix("n200_d16_Sq"), 200);
        var similarity = new CosineSimilarity(Golden.Embedding("n200_d16_X"), threshold: 0);

        Assert.Equal(Golden.Integers("n200_d16_sas_order_q"), new Modular(kernel.RowSums()).Sorted().Select(p => (long)p.Index));
        Assert.Equal(Golden.Integers("n200_d16_sas_order"), new Modular(similarity.RowSums()).Sorted().Select(p => (long)p.Index));
        double[] expected = Golden.Doubles("n200_d16_sas_rowsum");
        Assert.All(similarity.RowSums(), (sum, i) => Assert.Equal(expected[i], sum, 1e-4)); // float32 products
    }

    [Fact]
    public void Ties_go_to_the_lowest_index()
    {
        var kernel = new GivenSimilarity(Golden.Matrix("ties_S"), 18);

        var picks = new Greedy().Rank(new GraphCut(kernel, kernel.RowSums()));

        Assert.Equal([3, 12, 0, 4, 13, 1, 14, 6, 5], picks.Take(9).Select(p => p.Index));
    }

    [Fact]
    public void Gains_are_differences_of_the_objective_and_turn_negative_past_the_peak()
    {
        var similarity = new CosineSimilarity(RandomRows.Clustered(60, 8, 1, 0.8), threshold: 0);

        var picks = new Greedy().Rank(new GraphCut(similarity, similarity.RowSums()));

        double value = 0;
        var chosen = new List<int>();
        foreach (var (index, gain) in picks)
        {
            chosen.Add(index);
            double next = CutValue(similarity, chosen);
            Assert.Equal(next - value, gain, 1e-4);
            value = next;
        }
        Assert.Equal(0, value, 1e-9);
        Assert.True(picks[^1].Gain < 0 && picks[0].Gain > 0);
        Assert.InRange(picks.Count(p => p.Gain > 0), 25, 35);
    }

    [Fact]
    public void Greedy_is_greedy_against_brute_force_on_small_sets() =>
        Gen.Int[1, 40].Select(Gen.ULong).Sample((n, seed) =>
        {
            var similarity = new CosineSimilarity(RandomRows.Uniform(n, 5, seed), threshold: 0);

            var picks = new Greedy().Rank(new GraphCut(similarity, similarity.RowSums()));

            var chosen = new List<int>();
            foreach (var pick in picks)
            {
                double best = Enumerable.Range(0, n).Except(chosen).Max(e => CutValue(similarity, [.. chosen, e]));
                chosen.Add(pick.Index);
                Assert.Equal(best, CutValue(similarity, chosen), 1e-4);
            }
            Assert.Equal(n, chosen.Distinct().Count());
        }, iter: 20);

    [Theory, InlineData(SasObjective.GraphCut), InlineData(SasObjective.Modular)]
    public void Threads_do_not_change_a_ranking(SasObjective objective)
    {
        var embedding = RandomRows.Clustered(700, 20, 9, 1);
        var classes = KMeans.Partition(embedding, classes: 9, seed: 1);

        var one = new SasSelector(new SasOptions { Objective = objective, Threads = 1 }).Rank(embedding, classes);

        foreach (int threads in new[] { 2, 5 })
        {
            var many = new SasSelector(new SasOptions { Objective = objective, Threads = threads }).Rank(embedding, classes);
            Assert.Equal(one.Order, many.Order);
            Assert.Equal(one.Gains!, many.Gains!);
            Assert.Equal(one.SimilaritySums!, many.SimilaritySums!);
        }
    }

    [Fact]
    public void Permuting_the_rows_permutes_the_ranking() =>
        Gen.ULong.Sample(seed =>
        {
            var embedding = RandomRows.Clustered(80, 12, 4, 1, seed);
            int[] labels = [.. Enumerable.Range(0, 80).Select(i => i % 4)], permutation = [.. Enumerable.Range(0, 80)];
            new SplitMix64(seed).Shuffle(permutation);
            var selector = new SasSelector();

            var straight = selector.Rank(embedding, LatentPartition.FromLabels(labels));
            var permuted = selector.Rank(embedding.Select(permutation), LatentPartition.FromLabels([.. permutation.Select(i => labels[i])]));

            Assert.Equal(straight.Order, permuted.Order.Select(i => permutation[i]));
        }, iter: 20);

    [Fact]
    public void Duplicates_have_equal_sums()
    {
        var some = RandomRows.Uniform(20, 6);
        int[] twice = [.. Enumerable.Range(0, 20), .. Enumerable.Range(0, 20)];

        var ranking = new SasSelector().Rank(some.Select(twice), LatentPartition.FromLabels(new int[40]));

        for (int i = 0; i < 20; i++) Assert.Equal(ranking.SimilaritySums![i], ranking.SimilaritySums[i + 20]);
    }

    [Fact]
    public void A_single_image_is_a_ranking()
    {
        var ranking = new SasSelector().Rank(RandomRows.Uniform(1, 3), LatentPartition.FromLabels([4]));

        Assert.Equal([0], ranking.Take(Budget.Percent(100)).Indices);
    }

    [Fact]
    public void A_partition_of_another_pool_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new SasSelector().Rank(RandomRows.Uniform(3, 3), LatentPartition.FromLabels([0, 0])));

        Assert.Contains("cover 2 images; the embedding has 3", error.Message);
    }

    static double CutValue(SimilarityRows similarity, List<int> chosen)
    {
        var row = new float[similarity.RowCapacity];
        double value = 0;
        foreach (int j in chosen)
        {
            similarity.Row(j, row);
            for (int i = 0; i < similarity.Count; i++)
                if (!chosen.Contains(i)) value += row[i];
        }
        return value;
    }
}
