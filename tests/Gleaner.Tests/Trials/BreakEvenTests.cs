using CsCheck;
using Xunit;

namespace Gleaner.Tests.Trials;

public class BreakEvenTests
{
    [Fact]
    public void Selecting_that_costs_less_than_one_training_saves_pays_off_at_once()
    {
        var found = new BreakEven(Cost(612, 1.2e14), WholeSeconds: 2000, WholeMultiplyAdds: 5e14, SubsetSeconds: 520, SubsetMultiplyAdds: 0.9e14);

        Assert.Equal((1, 1), (found.RunsBySeconds, found.RunsByMultiplyAdds));
        Assert.Equal("selecting cost 612 s and 1.2e14 multiply-adds; a training on the subset saves 1,480 s (4.1e14): pays off from the first training run on", found.Sentence);
    }

    [Fact]
    public void Where_seconds_and_multiply_adds_disagree_both_are_named()
    {
        var found = new BreakEven(Cost(612, 1.2e14), 1300, 1e14, 1000, 0.1e14);

        Assert.Equal((3, 2), (found.RunsBySeconds, found.RunsByMultiplyAdds));
        Assert.EndsWith("saves 300 s (9.0e13): by seconds, pays off from the third training run on; by multiply-adds, pays off from the second training run on", found.Sentence);
    }

    [Fact]
    public void At_equal_steps_it_never_pays_off_whatever_the_clock_says()
    {
        var found = new BreakEven(Cost(612, 1.2e14), 1000.5, 1e14, 999.5, 1e14);

        Assert.Equal((null, null), (found.RunsBySeconds, found.RunsByMultiplyAdds));
        Assert.Equal("selecting cost 612 s and 1.2e14 multiply-adds; never pays off: at equal steps a training on the subset costs what one on the whole pool does, so all that can be won is accuracy", found.Sentence);
    }

    [Fact]
    public void A_mean_that_rounds_is_no_saving() => Assert.False(new BreakEven(Cost(612, 1.2e14), 1000, 1.2345678901234567e16, 999, 1.2345678901234565e16).IsLessWork);

    [Fact]
    public void What_is_not_known_is_not_said()
    {
        Assert.EndsWith("selecting cost 612 s; a training on the subset saves 100 s (5.0e13): by seconds, pays off from the seventh training run on", new BreakEven(Cost(612, null), 200, 1e14, 100, 5e13).Sentence);
        Assert.EndsWith("saves 5.0e13 multiply-adds: by multiply-adds, pays off from the third training run on", new BreakEven(Cost(612, 1.2e14), null, 1e14, 100, 5e13).Sentence);
        Assert.EndsWith("whether it pays off is not known", new BreakEven(Cost(612, null), null, 1e14, 100, 5e13).Sentence);
        Assert.EndsWith("saves no seconds but 5.0e13 multiply-adds: by seconds, never pays off; by multiply-adds, pays off from the third training run on", new BreakEven(Cost(612, 1.2e14), 100, 1e14, 110, 5e13).Sentence);
    }

    [Theory, InlineData(9, "tenth"), InlineData(10, "11th"), InlineData(11, "12th"), InlineData(20, "21st"), InlineData(21, "22nd"), InlineData(1000, "1,001st"), InlineData(110, "111th")]
    public void Runs_are_counted_in_words(int others, string word) =>
        Assert.EndsWith($"from the {word} training run on", new BreakEven(Cost(others, others), 2, 2, 1, 1).Sentence);   // a saving of 1 must exceed the cost

    [Fact]
    public void Runs_are_the_first_that_a_count_from_one_finds() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 60], Gen.Int[1, 60]).Sample((cost, whole, subset) =>
        {
            int? counted = subset >= whole ? null : Enumerable.Range(1, 502).First(r => cost + r * subset < r * whole);

            var found = new BreakEven(Cost(cost, cost), whole, whole, subset, subset);

            Assert.Equal((counted, counted), ((int?)found.RunsBySeconds, (int?)found.RunsByMultiplyAdds));
        });

    [Fact]
    public void A_comparison_gives_the_means_over_trials()
    {
        var comparison = Made.Comparison();

        var found = BreakEven.Of(comparison, comparison.Arms[1], comparison.Budgets[0])!;

        Assert.Equal((612, 1.2e14, 100, 1e12), (found.Selection.Seconds, found.Selection.MultiplyAdds, found.SubsetSeconds, found.SubsetMultiplyAdds));
        Assert.Null(BreakEven.Of(comparison, comparison.Arms[1], new("1 %", 100)));
    }

    static SelectionCost Cost(double seconds, double? multiplyAdds) => new([new("proxy", seconds, multiplyAdds), new("rank", 0, 0)]);
}
