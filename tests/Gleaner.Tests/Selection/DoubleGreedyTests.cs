using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class DoubleGreedyTests
{
    // s_01 = 4, s_12 = 2, s_02 = 1, s_03 = 3. In the order 0, 1, 2, 3:
    // 0: alone it cuts 4 + 1 + 3 = 8, without it the rest cuts 8: a tie, kept.
    // 1: next to 0 it adds 2 - 4 = -2; {0, 2, 3} instead of {0, 1, 2, 3} cuts 4 + 2 = 6: dropped.
    // 2: adds 2 - 1 = 1; {0, 3} instead of {0, 2, 3} cuts 5 - 6 = -1: kept, F = 9.
    // 3: adds -3; {0, 2} instead of {0, 2, 3} cuts 9 - 6 = 3: dropped.
    static GivenSimilarity Small => new([
        9, 4, 1, 3,
        4, 9, 2, 0,
        1, 2, 9, 0,
        3, 0, 0, 9], 4);

    [Fact]
    public void It_keeps_what_a_trace_by_hand_keeps()
    {
        var result = DoubleGreedy.Of(new GraphCut(Small, Small.RowSums()));

        Assert.Equal([0, 2], result.Kept);
        Assert.Equal(9, result.Value);
        Assert.Equal(2, result.Dropped);
    }

    [Fact]
    public void It_goes_through_the_ground_set_in_its_order_and_leaves_the_cut_as_it_is()
    {
        var cut = new GraphCut(Small, Small.RowSums());

        var result = DoubleGreedy.Of(cut, [3, 1]); // of {3, 1} both are worth keeping: 3 + 6

        Assert.Equal([3, 1], result.Kept);
        Assert.Equal(9, result.Value);
        Assert.Equal(0, result.Dropped);
        Assert.Equal([8, 6, 3, 3], Enumerable.Range(0, 4).Select(cut.Gain));
    }

    [Fact]
    public void The_value_is_the_cuts_and_at_least_a_third_of_the_best() =>
        Gen.Select(Gen.Int[1, 12], Gen.ULong).Sample((n, seed) =>
        {
            var similarity = Kernels.Any((int)(seed % 3), n, seed);
            var cut = new GraphCut(similarity, similarity.RowSums());
            int[] ground = [.. Enumerable.Range(0, n)];
            new SplitMix64(seed).Shuffle(ground);
            ground = ground[..Math.Max(1, 3 * n / 4)];
            double best = Kernels.Best(n, null, set => set.All(ground.Contains) ? Kernels.Cut(similarity, set) : 0);

            var result = DoubleGreedy.Of(cut, ground);

            Assert.Equal(Kernels.Cut(similarity, result.Kept), result.Value, 1e-4);
            Assert.InRange(result.Value, best / 3 - 1e-4, best + 1e-4);
            Assert.Equal(ground.Length, result.Kept.Count + result.Dropped);
        }, iter: 20);

    [Fact]
    public void The_random_choice_has_at_least_half_of_the_best_in_the_mean() =>
        Gen.Select(Gen.Int[2, 10], Gen.ULong).Sample((n, seed) =>
        {
            var similarity = Kernels.Any((int)(seed % 3), n, seed);
            var cut = new GraphCut(similarity, similarity.RowSums());
            double best = Kernels.Best(n, null, set => Kernels.Cut(similarity, set));

            var values = Enumerable.Range(0, 400).Select(s => DoubleGreedy.Of(cut, seed: s).Value).ToArray();

            Assert.InRange(values.Average(), best / 2, best + 1e-4); // the bound is for the worst case; the means here are far above it
        }, iter: 5);

    [Fact]
    public void A_seed_fixes_the_random_choice()
    {
        var similarity = Kernels.Cosines(RandomRows.Uniform(30, 4), threshold: 0);
        var cut = new GraphCut(similarity, similarity.RowSums());

        Assert.Equal(DoubleGreedy.Of(cut, seed: 3).Kept, DoubleGreedy.Of(cut, seed: 3).Kept);
        Assert.True(Enumerable.Range(0, 9).Select(s => string.Join(' ', DoubleGreedy.Of(cut, seed: s).Kept)).Distinct().Count() > 1);
    }

    [Fact]
    public void Removing_an_image_undoes_adding_it()
    {
        var kernel = Kernels.Integers(12, 9, seed: 5); // integers: no rounding
        GraphCut there = new(kernel, kernel.RowSums()), back = new(kernel, kernel.RowSums());
        there.Add(4);
        back.Add(4);
        back.Add(7);

        back.Remove(7);

        Assert.Equal(Enumerable.Range(0, 12).Select(there.Gain), Enumerable.Range(0, 12).Select(back.Gain));
    }

    [Fact]
    public void Negative_similarities_are_refused() =>
        Assert.Throws<ArgumentException>(() => DoubleGreedy.Of(new GraphCut(new GivenSimilarity([1, -1, -1, 1], 2), [0, 0])));
}
