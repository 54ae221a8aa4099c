using Xunit;

namespace Gleaner.Tests.Trials;

public class ComparisonTableTests
{
    [Fact]
    public void Rows_are_arms_in_the_recipes_order_and_budgets_ascending()
    {
        var rows = ComparisonTable.Of(Made.Comparison()).Rows;

        Assert.Equal([("random", "5 %", 1), ("random", "10 %", 3), ("sas", "5 %", 1), ("sas", "10 %", 2), ("all", "whole pool", 1)], rows.Select(row => (row.Arm.Name, row.Budget.Text, row.Values.N)));
        Assert.All(rows, row => Assert.Equal(3, row.Planned));
        Assert.Equal([false, false, true, true, false], rows.Select(row => row.Difference is not null));
        Assert.Equal((0.61, 0.01), (Math.Round(rows[1].Values.Mean!.Value, 12), Math.Round(rows[1].Values.StandardDeviation!.Value, 12)));
        Assert.Null(rows[0].Values.StandardDeviation);
        Assert.Equal(0.035, rows[3].Difference!.Mean!.Value, 1e-12);   // seeds 0 and 1 alone
    }

    [Fact]
    public void What_was_not_run_has_rows_without_numbers()
    {
        var table = ComparisonTable.Of(Made.Comparison([]) with { Measures = ["linear", "knn"] });

        Assert.Equal(10, table.Rows.Count);
        Assert.All(table.Rows, row => Assert.Equal((0, null, null, null), (row.Values.N, row.Values.Mean, row.Difference?.Mean, row.Equivalent)));
        Assert.Contains("| sas | not run | not run |  |", table.ToMarkdown());
        Assert.Single(table.ToCsv().TrimEnd().Split('\n'));
    }

    [Fact]
    public void The_order_of_trials_changes_nothing()
    {
        var comparison = Made.Comparison();

        Assert.Equal(ComparisonTable.Of(comparison).ToMarkdown(), ComparisonTable.Of(comparison with { Trials = [.. comparison.Trials.Reverse()] }).ToMarkdown());
    }

    [Fact]
    public void Without_a_baseline_nothing_is_compared()
    {
        var comparison = Made.Comparison();

        var table = ComparisonTable.Of(comparison with { Arms = [.. comparison.Arms.Select(arm => arm with { IsBaseline = false })] });

        Assert.All(table.Rows, row => Assert.Null(row.Difference));
        Assert.DoesNotContain("points", table.ToMarkdown());
    }

    /// The whole pool does 0.1 better than random with seed 0, the only one that both have.
    [Fact]
    public void The_headroom_is_what_the_whole_pool_wins_at_equal_steps()
    {
        var comparison = Made.Comparison();
        var table = ComparisonTable.Of(comparison);

        Assert.Equal(0.1, table.Headroom(new("10 %", 1000), "linear")!.Mean!.Value, 1e-12);
        Assert.Equal(1, table.Headroom(new("10 %", 1000), "linear")!.N);
        Assert.Contains("- What there is to win at 10 %: the whole pool at equal steps, one seed: +10.0 points against random", table.ToMarkdown());

        // Ten times the steps are no headroom of the data.
        var longer = comparison with { Trials = [.. comparison.Trials.Select(t => t.Arm == "all" ? t with { Steps = 30_000 } : t)] };
        Assert.Null(ComparisonTable.Of(longer).Headroom(new("10 %", 1000), "linear"));
        Assert.Null(ComparisonTable.Of(comparison with { Trials = [.. comparison.Trials.Where(t => t.Arm != "all")] }).Headroom(new("10 %", 1000), "linear"));
        Assert.DoesNotContain("What there is to win", ComparisonTable.Of(longer).ToMarkdown());
    }

    /// Three seeds, each 1 point above random at one budget and 3 at the other, in turns: at neither beyond noise, together 2 points with little spread.
    [Fact]
    public void Over_all_budgets_a_seed_counts_once()
    {
        double[] at10 = [0.0109, 0.0291, 0.0109], at5 = [0.0291, 0.0109, 0.0301];
        var comparison = Made.Comparison(
        [
            .. Made.Trials("random", 0.6, 0.6, 0.6), .. Made.Trials("sas", [.. at10.Select(d => 0.6 + d)]),
            .. at5.SelectMany((d, seed) => new[] { Made.Trial("random", "5 %", 500, seed, 0.5), Made.Trial("sas", "5 %", 500, seed, 0.5 + d) }),
            Made.Trial("random", "5 %", 500, 7, 0.5), Made.Trial("sas", "5 %", 500, 7, 0.9),   // a seed that has one budget alone would weigh that budget more
        ]);
        var table = ComparisonTable.Of(comparison);

        var over = table.OverBudgets(comparison.Arms[1], "linear")!;

        Assert.Equal([(0, 0.02), (1, 0.02), (2, 0.0205)], over.Values.All.Select(v => (v.Seed, Math.Round(v.Value, 12))));
        Assert.Equal(DifferenceVerdict.Better, over.Verdict);
        Assert.Equal([DifferenceVerdict.WithinNoise, DifferenceVerdict.WithinNoise], table.Rows.Where(row => row.Arm.Name == "sas").Select(row => row.Difference!.Verdict));
        Assert.Equal("no arm differs by more than noise at any one budget; over all budgets, sas is better than random", CompareWords.Headline(table));
        string sentence = "sas, all budgets together: 2.0 points better than random (95 % interval 1.9 to 2.1, 3 seeds)";
        Assert.Contains(sentence, CompareWords.Verdicts(table, "linear"));
        Assert.Contains($"- {sentence}\n", table.ToMarkdown());
        Assert.Null(table.OverBudgets(comparison.Arms[0], "linear"));   // random against itself
        Assert.Null(table.OverBudgets(comparison.Arms[2], "linear"));
    }

    [Fact]
    public void Over_all_budgets_takes_two_of_them_and_a_seed_that_has_both()
    {
        var one = Made.Comparison([.. Made.Trials("random", 0.6, 0.6), .. Made.Trials("sas", 0.61, 0.62)]);
        var apart = one with { Trials = [.. one.Trials, Made.Trial("random", "5 %", 500, 2, 0.5), Made.Trial("sas", "5 %", 500, 2, 0.6)] };

        Assert.Null(ComparisonTable.Of(one).OverBudgets(one.Arms[1], "linear"));
        Assert.Null(ComparisonTable.Of(apart).OverBudgets(apart.Arms[1], "linear"));
        Assert.DoesNotContain("all budgets", ComparisonTable.Of(apart).ToMarkdown());
    }

    [Fact]
    public void The_equivalent_lies_on_the_baselines_curve_over_log_images()
    {
        // random: 0.5 at 500, 0.6 at 1,000, 0.7 at 4,000. Half way up each piece is the geometric mean of its ends.
        Assert.Equal(Math.Sqrt(500 * 1000), Equivalent(0.55).Images!.Value, 1e-9);
        Assert.Equal(2000, Equivalent(0.65).Images!.Value, 1e-9);
        Assert.Equal(0.2, Equivalent(0.65).Fraction!.Value, 1e-12);
        Assert.Equal("2,000 images of random", Equivalent(0.65).Words);
        Assert.Equal([500, 1000, 4000], new[] { 0.5, 0.6, 0.7 }.Select(mean => Math.Round(Equivalent(mean).Images!.Value, 6)));
    }

    /// Else it could contradict the difference, which is paired.
    [Fact]
    public void The_equivalent_is_of_the_seeds_that_both_have()
    {
        RandomEquivalent? Of(params Trial[] arm) => ComparisonTable.Of(Made.Comparison(
        [
            .. Made.Trials("random", 0.52, 0.50, 0.48), Made.Trial("random", "5 %", 500, 0, 0.50), Made.Trial("random", "5 %", 500, 1, 0.44), .. arm,
        ])).Rows.Single(row => row.Arm.Name == "sas" && row.Budget.Text == "5 %").Equivalent;

        Assert.Equal("below what was run: random does better at every budget", Of(Made.Trial("sas", "5 %", 500, 0, 0.49))!.Words); // by the means of all seeds it would lie between
        Assert.Equal(Math.Sqrt(500 * 1000), Of(Made.Trial("sas", "5 %", 500, 1, 0.47), Made.Trial("sas", "5 %", 500, 2, 0.99))!.Images!.Value, 1e-6); // seed 2 has no random one at 5 %
        Assert.Null(Of(Made.Trial("sas", "5 %", 500, 2, 0.5)));
    }

    [Fact]
    public void Outside_of_what_was_run_there_is_no_equivalent()
    {
        Assert.Equal(new(null, null, "below what was run: random does better at every budget"), Equivalent(0.49));
        Assert.Equal(new(null, null, "above what was run: random does worse at every budget"), Equivalent(0.71));
        Assert.Equal(new(null, null, "random was run at fewer than two budgets"), RandomEquivalent.Of(0.5, [(500, 0.5)], 10_000, "random"));
    }

    [Fact]
    public void Where_the_baseline_does_not_rise_steadily_there_is_no_equivalent()
    {
        (int, double)[] curve = [(500, 0.5), (1000, 0.6), (2000, 0.58), (4000, 0.7), (5000, 0.7)];

        Assert.NotNull(RandomEquivalent.Of(0.55, curve, 10_000, "random").Images);
        Assert.NotNull(RandomEquivalent.Of(0.65, curve, 10_000, "random").Images);
        Assert.Null(RandomEquivalent.Of(0.59, curve, 10_000, "random").Images);
        Assert.Null(RandomEquivalent.Of(0.7, curve, 10_000, "random").Images);
        Assert.Equal("the accuracy of random does not rise steadily there", RandomEquivalent.Of(0.58, curve, 10_000, "random").Words);
    }

    [Fact]
    public void The_table_for_people()
    {
        Assert.Equal("""
            ### linear

            | arm | 5 % (500 images) | 10 % (1,000 images) | whole pool (10,000 images) |
            |---|---|---|---|
            | random | 50.0 (1 of 3) | 61.0 ± 1.0 (3) |  |
            | sas | 55.0 (1 of 3)<br>+5.0 (one seed) | 64.5 ± 0.7 (2 of 3)<br>+3.5 (-2.9 to 9.9) |  |
            | all |  |  | 70.0 (1 of 3) |

            Top-1 accuracy in percent: mean ± standard deviation (seeds); then the mean difference to random of the same seed in points, with its 95 % interval by Student's t, in bold where it leaves zero out. Each interval stands for itself: of twenty comparisons of equals, one is expected to leave it out.

            - What there is to win at 5 %: the whole pool at equal steps, one seed: +20.0 points against random, which says nothing about noise
            - What there is to win at 10 %: the whole pool at equal steps, one seed: +10.0 points against random, which says nothing about noise
            - sas, all budgets together: one seed: +4.5 points against random, which says nothing about noise
            - random, 5 %: 50.0 (seed 0)
            - random, 10 %: 60.0 (seed 0), 62.0 (seed 1), 61.0 (seed 2)
            - sas, 5 %: 55.0 (seed 0)
            - sas, 10 %: 64.0 (seed 0), 65.0 (seed 1)
            - all, whole pool: 70.0 (seed 0)


            """.ReplaceLineEndings("\n"), ComparisonTable.Of(Made.Comparison()).ToMarkdown());
    }

    [Fact]
    public void A_clear_difference_is_bold_and_a_name_stays_in_its_cell()
    {
        var comparison = Made.Comparison([.. Made.Trials("random", 0.60, 0.60, 0.60), .. Made.Trials("a|b", 0.62, 0.63, 0.64)]);

        string text = ComparisonTable.Of(comparison with { Arms = [comparison.Arms[0], new("a|b", "", new([]))] }).ToMarkdown();

        Assert.Contains(@"| a\|b | not run | 63.0 ± 1.0 (3)<br>**+3.0** (0.5 to 5.5) |", text);
    }

    [Fact]
    public void The_table_for_programs_has_a_line_a_trial_and_no_formula()
    {
        var odd = Made.Trial("=1+1, \"so\"", "10 %", 1000, 3, 0.1 + 0.2) with { SubsetHash = "@x" };

        string[] lines = ComparisonTable.Of(Made.Comparison(Made.Trial("sas", "5 %", 500, 1, 0.625), odd) with { Measures = ["linear", "accuracy"] }).ToCsv().Split('\n');

        Assert.Equal(
        [
            "arm,budget,images,seed,linear,accuracy,steps,epochs,pretrain_seconds,evaluate_seconds,pretrain_multiply_adds,subset_hash,encoder_hash",
            "sas,5 %,500,1,0.625,,3000,1536,50,1.5,500000000000,5ab5e7,e2c0de",
            "\"'=1+1, \"\"so\"\"\",10 %,1000,3,0.30000000000000004,,3000,768,100,1.5,1000000000000,'@x,e2c0de",
            "",
        ], lines);
    }

    [Fact]
    public void A_seed_that_appears_twice_is_refused() =>
        Assert.Contains("Seed 1 has two trials of sas at 5 %", Assert.Throws<ArgumentException>(() => ComparisonTable.Of(Made.Comparison(Made.Trial("sas", "5 %", 500, 1, 0.5), Made.Trial("sas", "5 %", 500, 1, 0.6)))).Message);

    static RandomEquivalent Equivalent(double mean) => RandomEquivalent.Of(mean, [(500, 0.5), (1000, 0.6), (4000, 0.7)], 10_000, "random");
}
