using CsCheck;
using Xunit;

namespace Gleaner.Tests.Trials;

public class PairedDifferenceTests
{
    const double Rounding = 1e-12;   // sums of accuracies in another order

    [Fact]
    public void The_interval_is_that_of_scipys_paired_t_test()
    {
        // scipy.stats.ttest_rel([0.70, 0.66, 0.73, 0.68], [0.66, 0.65, 0.68, 0.66]).confidence_interval() in scipy 1.10.1
        var difference = PairedDifference.Of(Made.Trials("sas", 0.70, 0.66, 0.73, 0.68), Made.Trials("random", 0.66, 0.65, 0.68, 0.66), "linear");

        Assert.Equal(0.000948372842, difference.Low!.Value, 1e-10);
        Assert.Equal(0.059051627158, difference.High!.Value, 1e-10);
        Assert.Equal(DifferenceVerdict.Better, difference.Verdict);
    }

    [Fact]
    public void Three_seeds_by_hand()
    {
        // Differences 0.02, 0.03, 0.04: mean 0.03, standard deviation 0.01; t(0.975, 2) = 4.302653.
        var difference = PairedDifference.Of(Made.Trials("sas", 0.62, 0.63, 0.64), Made.Trials("random", 0.60, 0.60, 0.60), "linear");

        Assert.Equal([0.02, 0.03, 0.04], difference.Values.All.Select(v => Math.Round(v.Value, 12)));
        Assert.Equal((3, 0.03, 0.01), (difference.N, Math.Round(difference.Mean!.Value, 12), Math.Round(difference.StandardDeviation!.Value, 12)));
        Assert.Equal(0.03 - 4.302653 * 0.01 / Math.Sqrt(3), difference.Low!.Value, 1e-7);
        Assert.Equal("3.0 points better than random (95 % interval 0.5 to 5.5, 3 seeds)", difference.Sentence("random"));
    }

    [Fact]
    public void Every_verdict_has_its_sentence()
    {
        string Sentence(double[] sas, double[] random) => PairedDifference.Of(Made.Trials("sas", sas), Made.Trials("random", random), "linear").Sentence("random");

        Assert.Equal("3.0 points worse than random (95 % interval -5.5 to -0.5, 3 seeds)", Sentence([0.6, 0.6, 0.6], [0.62, 0.63, 0.64]));
        Assert.Equal("within noise of random: +0.5 points (95 % interval -5.9 to 6.9, 2 seeds)", Sentence([0.61, 0.6], [0.6, 0.6]));
        Assert.Equal("2 seeds, each -4.2 points against random, which says nothing about noise", Sentence([0.558, 0.658], [0.6, 0.7]));
        Assert.Equal("one seed: +1.2 points against random, which says nothing about noise", Sentence([0.612], [0.6]));
        Assert.Equal("no seed was run with both this and random", Sentence([], [0.6]));
    }

    [Fact]
    public void Fewer_than_two_pairs_have_no_interval()
    {
        var none = PairedDifference.Of([], Made.Trials("random", 0.6), "linear");
        var one = PairedDifference.Of(Made.Trials("sas", 0.7), Made.Trials("random", 0.6, 0.5), "linear");

        Assert.Equal((0, null, null, null, DifferenceVerdict.TooFew), (none.N, none.Mean, none.StandardDeviation, none.Low, none.Verdict));
        Assert.Equal((1, null, null, null, DifferenceVerdict.TooFew), (one.N, one.StandardDeviation, one.Low, one.High, one.Verdict));
        Assert.Equal(0.1, one.Mean!.Value, Rounding);
    }

    [Fact]
    public void Only_seeds_that_both_ran_count_and_the_order_of_trials_does_not()
    {
        Trial[] sas = Made.Trials("sas", 0.7, 0.6, 0.8, 0.9), random = Made.Trials("random", 0.5, 0.55, 0.61, 0.62);

        var found = PairedDifference.Of([sas[3], sas[0], sas[2]], [random[2], random[1], random[0]], "linear");

        Assert.Equal([(0, 0.2), (2, 0.19)], found.Values.All.Select(v => (v.Seed, Math.Round(v.Value, 12))));
    }

    [Fact]
    public void Swapping_the_arms_flips_the_sign_and_what_both_gain_changes_nothing() =>
        Gen.Select(Gen.Double[0, 0.5].Array[2, 8], Gen.Double[0, 0.5].Array[2, 8], Gen.Double[0, 0.5]).Sample((a, b, gain) =>
        {
            PairedDifference Of(double[] x, double[] y) => PairedDifference.Of(Made.Trials("x", x), Made.Trials("y", y), "linear");

            var (plain, swapped, shifted) = (Of(a, b), Of(b, a), Of(Array.ConvertAll(a, v => v + gain), Array.ConvertAll(b, v => v + gain)));

            if (plain.StandardDeviation < 1e-9) return; // all differ by the same: there is no interval
            Assert.Equal(plain.Low!.Value, -swapped.High!.Value, Rounding);
            Assert.Equal(plain.Mean!.Value, -swapped.Mean!.Value, Rounding);
            Assert.Equal(plain.Low!.Value, shifted.Low!.Value, 100 * Rounding);
            Assert.Equal(plain.High!.Value, shifted.High!.Value, 100 * Rounding);
            Assert.InRange(plain.Mean!.Value, plain.Low!.Value, plain.High!.Value);
        }, iter: 200);

    [Fact]
    public void The_interval_holds_the_truth_as_often_as_it_says()
    {
        var random = new Random(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        const int Times = 4000;

        int held = Enumerable.Range(0, Times).Count(_ =>
        {
            var values = Enumerable.Range(0, 3).Select(seed => new SeedValue(seed, 0.02 + 0.01 * Normal()));
            return new PairedDifference(new SeedValues([.. values])) is { Low: <= 0.02, High: >= 0.02 };
        });

        Assert.InRange(held / (double)Times, 0.95 - 0.0138, 0.95 + 0.0138);   // four standard errors
    }

    [Fact]
    public void Trials_of_two_budgets_and_seeds_that_appear_twice_are_refused()
    {
        Assert.Contains("10 %, 5 %", Assert.Throws<ArgumentException>(() => PairedDifference.Of(Made.Trials("sas", 0.7), [Made.Trial("random", "5 %", 500, 0, 0.6)], "linear")).Message);
        Assert.Contains("Seed 0 has two trials of sas at 10 %", Assert.Throws<ArgumentException>(() => PairedDifference.Of([.. Made.Trials("sas", 0.7), .. Made.Trials("sas", 0.7)], [], "linear")).Message);
    }

    [Fact]
    public void A_measure_that_a_trial_lacks_makes_no_pair() => Assert.Equal(0, PairedDifference.Of(Made.Trials("sas", 0.7), Made.Trials("random", 0.6), "accuracy").N);
}
