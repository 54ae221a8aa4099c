using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class FacilityLocationTests
{
    // The golden arrays were made by plain float64 loops and confirmed by apricot and submodlib (tests/fixtures/golden/README.md).
    [Fact]
    public void Facility_location_picks_what_the_peers_pick_bit_for_bit_on_an_exact_kernel()
    {
        var kernel = new GivenSimilarity(Golden.Matrix("n200_d16_Sq"), 200);

        var picks = new LazyGreedy().Rank(new FacilityLocation(kernel));

        Assert.Equal(Golden.Integers("n200_d16_fl_order_q"), picks.Take(40).Select(p => (long)p.Index));
        Assert.Equal(Golden.Doubles("n200_d16_fl_gain_q"), picks.Take(40).Select(p => p.Gain));
        Assert.Equal(Golden.Doubles("n200_d16_fl_value_q").Single(), picks.Take(40).Sum(p => p.Gain));
    }

    [Fact]
    public void Facility_location_picks_what_the_peers_pick_from_embeddings()
    {
        var similarity = new CosineSimilarity(Golden.Embedding("n200_d16_X"), threshold: 0);

        var picks = new LazyGreedy().Rank(new FacilityLocation(similarity));

        Assert.Equal(Golden.Integers("n200_d16_fl_order"), picks.Take(40).Select(p => (long)p.Index));
        double[] gains = Golden.Doubles("n200_d16_fl_gain");
        for (int k = 0; k < 40; k++) Assert.Equal(gains[k], picks[k].Gain, 1e-4); // float32 products
        Assert.Equal(Golden.Doubles("n200_d16_fl_value").Single(), picks.Take(40).Sum(p => p.Gain), 1e-3);
    }

    [Fact]
    public void Ties_go_to_the_lowest_index()
    {
        var kernel = new GivenSimilarity(Golden.Matrix("ties_S"), 18);

        foreach (Maximizer maximizer in new Maximizer[] { new Greedy(), new LazyGreedy() })
            Assert.Equal([3, 12, 6, 0, 15, 9, 1, 2, 4], maximizer.Rank(new FacilityLocation(kernel)).Take(9).Select(p => p.Index));
    }

    [Fact]
    public void Order_and_gains_have_the_bits_of_the_textbook_whatever_is_remembered() =>
        Gen.Select(Gen.Int[0, Kernels.Kinds - 1], Gen.Int[1, 90], Gen.ULong, Gen.Int[0, 2], Gen.Int[1, 3]).Sample((kind, n, seed, rooms, threads) =>
        {
            var similarity = Kernels.Any(kind, n, seed);

            var picks = new LazyGreedy().Rank(new FacilityLocation(similarity, threads, roomForRows: 1000 * rooms * rooms));

            Assert.Equal(new Greedy().Rank(new PlainFacilityLocation(similarity)), picks);
        }, iter: 150);

    // More images than a short list holds, so rows are kept, turn into long lists, lists shrink and give back their room, and blocks are made by several threads.
    [Theory, InlineData(0L, 1), InlineData(200_000L, 1), InlineData(1L << 30, 1), InlineData(0L, 3), InlineData(200_000L, 3)]
    public void Large_classes_have_the_bits_of_the_textbook(long room, int threads)
    {
        int[] some = [.. Enumerable.Range(0, 1300).Select(i => i % 1201)]; // with duplicates
        foreach (var embedding in new[] { RandomRows.Uniform(1201, 16).Select(some), RandomRows.Clustered(1201, 32, 12, 0.7).Select(some) })
        {
            var similarity = new CosineSimilarity(embedding, threshold: 0);
            var plain = new LazyGreedy().Rank(new PlainFacilityLocation(similarity), count: 500);

            Assert.Equal(plain, new LazyGreedy().Rank(new FacilityLocation(similarity, threads, room), count: 500));
            Assert.Equal(plain, new LazyGreedy().Rank(new FacilityLocation(Kernels.Cosines(embedding, threshold: 0)), count: 500));
        }
    }

    // As numpy makes a kernel: in steps as fine as float32 has them, on no grid.
    [Theory, InlineData(1f), InlineData(0.37f)]
    public void A_kernel_of_any_numbers_has_the_bits_of_the_textbook(float scale)
    {
        var embedding = RandomRows.Clustered(1201, 32, 12, 0.7);
        var kernel = new float[1201 * 1201];
        for (int i = 0; i < 1201; i++)
            for (int j = 0; j <= i; j++)
                kernel[i * 1201 + j] = kernel[j * 1201 + i] = scale * Math.Max(0, System.Numerics.Tensors.TensorPrimitives.Dot(embedding.Row(i), embedding.Row(j)));
        var given = new GivenSimilarity(kernel, 1201);

        Assert.Equal(new LazyGreedy().Rank(new PlainFacilityLocation(given), count: 400), new LazyGreedy().Rank(new FacilityLocation(given), count: 400));
        Assert.Equal(new LazyGreedy().Rank(new PlainFacilityLocation(given), count: 400), new LazyGreedy().Rank(new FacilityLocation(given, threads: 3, roomForRows: 100_000), count: 400));
    }

    [Fact]
    public void Lists_are_appended_as_by_a_plain_loop() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 150], Gen.Int[0, 4], Gen.ULong).Sample((n, most, tenths, seed) =>
        {
            float[] similarities = RandomRows.Uniform(1, Math.Max(1, n), seed).Values.ToArray()[..n];
            float covered = tenths / 10f - 0.1f;
            var list = new Neighbour[most + Gleaner.Coverage.Slack];
            list[0] = new Neighbour(-1, 2);
            Neighbour[] expected = [list[0], .. Enumerable.Range(0, n).Where(i => similarities[i] > covered).Select(i => new Neighbour(100 + i, similarities[i]))];

            int count = Gleaner.Coverage.Append(similarities, first: 100, covered, list, count: 1);

            if (expected.Length > most) Assert.True(count > most);
            else Assert.Equal(expected.OrderBy(near => near.Index), list[..count].OrderBy(near => near.Index));
        }, iter: 500);

    // Too few gains at once to keep all up to date: rows are made on demand and turn into lists.
    [Theory, InlineData(0L, 1), InlineData(200_000L, 1), InlineData(1L << 30, 3)]
    public void Samples_of_a_large_class_have_the_bits_of_the_textbook(long room, int threads)
    {
        var similarity = new CosineSimilarity(RandomRows.Clustered(1300, 32, 12, 0.7), threshold: 0);
        var maximizer = new LazierThanLazyGreedy(Budget.Fraction(0.2), epsilon: 0.1, seed: 5);

        Assert.Equal(maximizer.Rank(new PlainFacilityLocation(similarity), count: 260), maximizer.Rank(new FacilityLocation(similarity, threads, room), count: 260));
    }

    [Fact]
    public void Gains_stand_from_whatever_is_covered_already()
    {
        var similarity = new CosineSimilarity(RandomRows.Clustered(700, 24, 7, 0.8), threshold: 0.1);
        int[] keep = [690, 3, 44, 512, 7];

        Assert.Equal(new LazyGreedy().Rank(new PlainFacilityLocation(similarity), keep, count: 150), new LazyGreedy().Rank(new FacilityLocation(similarity), keep, count: 150));
    }

    [Fact]
    public void Gains_are_differences_of_the_objective() =>
        Gen.Select(Gen.Int[0, Kernels.Kinds - 1], Gen.Int[1, 60], Gen.ULong).Sample((kind, n, seed) =>
        {
            var similarity = Kernels.Any(kind, n, seed);

            var picks = new LazyGreedy().Rank(new FacilityLocation(similarity));

            for (int k = 1; k <= n; k++)
                Assert.Equal(Kernels.Coverage(similarity, [.. picks.Take(k).Select(p => p.Index)]), picks.Take(k).Sum(p => p.Gain), 1e-9 * n);
            Assert.Equal(Enumerable.Range(0, n), picks.Select(p => p.Index).Order());
        }, iter: 30);

    [Fact]
    public void Greedy_has_its_guarantee_against_exhaustive_search() =>
        Gen.Select(Gen.Int[3, 11], Gen.ULong).Sample((n, seed) =>
        {
            var similarity = Kernels.Any((int)(seed % Kernels.Kinds), n, seed);
            var picks = new LazyGreedy().Rank(new FacilityLocation(similarity));

            for (int k = 1; k <= n; k++)
            {
                double best = Kernels.Best(n, k, set => Kernels.Coverage(similarity, set));
                Assert.InRange(picks.Take(k).Sum(p => p.Gain), (1 - 1 / Math.E) * best - 1e-9, best + 1e-9);
            }
        }, iter: 10);

    [Fact]
    public void Negative_similarities_count_as_0()
    {
        var similarity = new GivenSimilarity([1, -0.5f, -0.5f, 1], 2);

        Assert.Equal([new Pick(0, 1), new Pick(1, 1)], new LazyGreedy().Rank(new FacilityLocation(similarity)));
    }

    [Fact]
    public void Scaling_by_a_power_of_two_scales_the_gains_and_nothing_else() =>
        Gen.Select(Gen.Int[2, 60], Gen.ULong).Sample((n, seed) =>
        {
            var embedding = RandomRows.Clustered(n, 8, 5, 1, seed);
            var kernel = Kernels.Cosines(embedding, threshold: 0);
            var scaled = new GivenSimilarity([.. Enumerable.Range(0, n).SelectMany(i => Kernels.Row(kernel, i)).Select(s => s * 8)], n);

            var picks = new LazyGreedy().Rank(new FacilityLocation(kernel));

            Assert.Equal(picks.Select(p => p with { Gain = p.Gain * 8 }), new LazyGreedy().Rank(new FacilityLocation(scaled)));
        }, iter: 30);

    [Fact]
    public void Duplicates_have_equal_gains_and_add_nothing_to_each_other()
    {
        int[] twice = [.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 40)];
        var similarity = new CosineSimilarity(RandomRows.Uniform(40, 6).Select(twice), threshold: 0);
        var objective = new FacilityLocation(similarity);
        var gains = new double[80];

        objective.Gains(twice.Select((_, i) => i).ToArray(), gains);
        var picks = new LazyGreedy().Rank(objective);

        Assert.Equal(gains[..40], gains[40..]);
        Assert.Equal(Enumerable.Range(0, 40), picks.Take(40).Select(p => p.Index).Order()); // the lower of two equals
        Assert.Equal(Enumerable.Range(40, 40), picks.Skip(40).Select(p => p.Index));        // nothing is left to gain
        Assert.All(picks.Skip(40), pick => Assert.Equal(0, pick.Gain));
    }

    [Fact]
    public void Images_to_keep_come_first_and_the_others_know_of_them()
    {
        var similarity = new CosineSimilarity(RandomRows.Clustered(50, 10, 5, 0.6), threshold: 0);

        var picks = new LazyGreedy().Rank(new FacilityLocation(similarity), keep: [31, 7], count: 20);

        Assert.Equal(new Greedy().Rank(new PlainFacilityLocation(similarity), keep: [31, 7], count: 20), picks);
        Assert.Equal([31, 7], picks.Take(2).Select(p => p.Index));
    }

    [Fact]
    public void Fewer_picks_are_a_prefix_of_more()
    {
        var similarity = new CosineSimilarity(RandomRows.Uniform(70, 10), threshold: 0);

        Assert.Equal(new LazyGreedy().Rank(new FacilityLocation(similarity)).Take(13), new LazyGreedy().Rank(new FacilityLocation(similarity), count: 13));
    }

    [Fact]
    public void Work_on_rows_can_be_cancelled() =>
        Assert.Throws<OperationCanceledException>(() =>
            new LazyGreedy().Rank(new FacilityLocation(new CosineSimilarity(RandomRows.Uniform(9, 3), threshold: 0), cancel: new CancellationToken(canceled: true))));
}
