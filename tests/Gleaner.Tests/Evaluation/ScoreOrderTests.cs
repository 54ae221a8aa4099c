using Xunit;

namespace Gleaner.Tests.Evaluation;

public class ScoreOrderTests
{
    [Theory]
    [InlineData(new[] { 1.0, 3, 2 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 1.0, 1, 1 }, new[] { 0, 1, 2 })] // the lowest class wins among equals
    [InlineData(new[] { double.NaN, 3, 2 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { double.NegativeInfinity, double.NaN, double.PositiveInfinity }, new[] { 1, 2, 0 })]
    public void Classes_are_placed_by_their_scores_and_those_without_one_last(double[] scores, int[] places)
    {
        Assert.Equal(places, Enumerable.Range(0, 3).Select(k => ScoreOrder.PlaceOf(k, scores)));
        Assert.Equal(Array.IndexOf(places, 0), ScoreOrder.First(scores));
    }

    [Fact]
    public void Without_any_number_nothing_is_right() =>
        Assert.All(Enumerable.Range(0, 3), k => Assert.Equal(2, ScoreOrder.PlaceOf(k, [double.NaN, double.NaN, double.NaN])));
}
