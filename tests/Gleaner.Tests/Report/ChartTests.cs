using CsCheck;
using Xunit;

namespace Gleaner.Tests.Report;

public class ChartTests
{
    [Fact]
    public void Ticks_step_by_one_two_or_five_and_enclose_the_values()
    {
        Assert.Equal(["0.70", "0.75", "0.80", "0.85", "0.90", "0.95"], ChartAxis.Linear(0.711, 0.943).Ticks.Select(tick => tick.Label));
        Assert.Equal(["-500", "0", "500", "1,000", "1,500"], ChartAxis.Linear(-400, 1500).Ticks.Select(tick => tick.Label));
        Assert.Equal([1, 2, 5, 10, 0.002], new[] { 0.6, 1.1, 2.1, 5.1, 0.0011 }.Select(ChartAxis.NiceStep));
        Assert.InRange(ChartAxis.Linear(1e6, Math.BitIncrement(1e6)).Ticks.Count, 2, 8); // once a loop without an end
        Gen.Double[-1e6, 1e6].Select(Gen.Double[-1e6, 1e6]).Sample((a, b) =>
        {
            var axis = ChartAxis.Linear(Math.Min(a, b), Math.Max(a, b));
            return axis.Ticks.Count is >= 2 and <= 8 && axis.Share(a) is >= -1e-6 and <= 1 + 1e-6 && axis.Share(b) is >= -1e-6 and <= 1 + 1e-6;
        }, iter: 500);
    }

    [Fact]
    public void An_axis_of_one_value_and_a_logarithmic_one_have_room()
    {
        Assert.InRange(ChartAxis.Linear(3, 3).Share(3), 0.1, 0.9);
        Assert.InRange(ChartAxis.Linear(0, 0).Share(0), 0, 1);
        var axis = ChartAxis.Logarithmic([400, 100, 200, 100]);
        Assert.Equal(["100", "200", "400"], axis.Ticks.Select(tick => tick.Label));
        Assert.Equal(0.5, axis.Share(200), 1e-9);
        Assert.InRange(ChartAxis.Logarithmic([7]).Share(7), 0.1, 0.9);
    }

    [Fact]
    public void A_histogram_counts_every_number_once() =>
        Gen.Double[-3, 3].Array[1, 200].Sample(values =>
        {
            var histogram = Histogram.Of([.. values, double.NaN], values.Min(), values.Min() + 6, 17);
            return histogram.Total == values.Length && Enumerable.Range(0, 17).All(b => histogram.Edge(b) < histogram.Edge(b + 1));
        }, iter: 500);
}
