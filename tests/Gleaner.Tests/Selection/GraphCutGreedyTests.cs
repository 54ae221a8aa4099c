using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

/// The fast maximiser of graph cut, pinned to the textbook's: same order, same gains, to the bit.
public class GraphCutGreedyTests
{
    [Fact]
    public void It_finds_what_the_plain_greedy_finds() =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 700], Gen.Int[1000, 1400]), Gen.Int[2, 40], Gen.Double[0.1, 3], Gen.Int[0, 3], Gen.ULong).Sample((n, d, spread, choice, seed) =>
            Compare(new CosineSimilarity(RandomRows.Clustered(n, d, 3, spread, seed), new double?[] { null, 0, 0.3, -0.2 }[choice]), keep: []), iter: 60);

    [Fact]
    public void Images_to_keep_come_first_and_count() =>
        Gen.Select(Gen.Int[1, 400], Gen.Double[0, 1], Gen.ULong).Sample((n, share, seed) =>
        {
            int[] keep = [.. Enumerable.Range(0, n)];
            new SplitMix64(seed).Shuffle(keep);
            Compare(new CosineSimilarity(RandomRows.Clustered(n, 8, 3, 0.5, seed), 0), keep[..(int)(share * n)]);
        }, iter: 30);

    [Theory, InlineData(1), InlineData(7), InlineData(60)]
    public void Ties_go_to_the_lowest_index_among_many_copies(int different)
    {
        var rows = RandomRows.Clustered(different, 8, 3, 0.5);

        Compare(new CosineSimilarity(rows.Select([.. Enumerable.Range(0, 900).Select(i => i * 7 % different)]), 0), keep: []);
    }

    [Fact]
    public void Integers_full_of_ties_have_one_order()
    {
        var random = new SplitMix64(3);
        const int Count = 600;
        var kernel = new float[Count * Count];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j <= i; j++) kernel[i * Count + j] = kernel[j * Count + i] = random.NextIndex(4);

        Compare(new GivenSimilarity(kernel, Count), keep: [5, 3]);
    }

    [Fact]
    public void Threads_and_blocks_do_not_show_in_a_large_class()
    {
        var similarity = new CosineSimilarity(RandomRows.Clustered(3000, 16, 5, 1), 0);
        double[] sums = similarity.RowSums(threads: 3);

        Assert.Equal(GraphCutGreedy.Rank(similarity, sums, []), GraphCutGreedy.Rank(similarity, sums, [], threads: 3));
        Compare(similarity, keep: []);
    }

    [Fact]
    public void Scaling_the_similarities_scales_the_gains_and_nothing_else()
    {
        var rows = new CosineSimilarity(RandomRows.Clustered(300, 16, 5, 1), 0);
        var kernel = new float[300 * 300];
        for (int i = 0; i < 300; i++)
        {
            var row = new float[rows.RowCapacity];
            rows.Row(i, row);
            row.AsSpan(0, 300).CopyTo(kernel.AsSpan(i * 300));
        }
        var (given, scaled) = (new GivenSimilarity(kernel, 300), new GivenSimilarity([.. kernel.Select(s => 8 * s)], 300));

        var picks = GraphCutGreedy.Rank(given, given.RowSums(), []);

        Assert.Equal(picks.Select(p => p with { Gain = 8 * p.Gain }), GraphCutGreedy.Rank(scaled, scaled.RowSums(), []));
        Assert.Equal(picks, GraphCutGreedy.Rank(rows, rows.RowSums(), [])); // a kernel that is stored is the same kernel
    }

    [Fact]
    public void Equal_images_have_equal_gains_at_the_start()
    {
        var rows = RandomRows.Clustered(100, 16, 5, 1);
        var similarity = new CosineSimilarity(rows.Select([.. Enumerable.Range(0, 200).Select(i => i % 100)]), 0);

        var cut = new GraphCut(similarity, similarity.RowSums());

        for (int i = 0; i < 100; i++) Assert.Equal(cut.Gain(i), cut.Gain(i + 100));
    }

    static void Compare(SimilarityRows similarity, int[] keep)
    {
        double[] sums = similarity.RowSums();

        var fast = GraphCutGreedy.Rank(similarity, sums, keep);

        Assert.Equal(new Greedy().Rank(new GraphCut(similarity, sums), keep), fast);
    }
}
