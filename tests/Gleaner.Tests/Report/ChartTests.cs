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
    public void Decades_begin_and_end_at_powers_of_ten()
    {
        Assert.Equal(["0.001", "0.1", "10", "1,000"], ChartAxis.Decades(0.002, 152).Ticks.Select(tick => tick.Label));
        Assert.Equal(["10", "100"], ChartAxis.Decades(10, 10).Ticks.Select(tick => tick.Label));
        Assert.Equal(["1e-9", "1e-5", "0.1", "1,000", "1e7", "1e11"], ChartAxis.Decades(1e-9, 1e11).Ticks.Select(tick => tick.Label));
        Gen.Double[-8, 8].Select(Gen.Double[-8, 8], Gen.Double[0, 1]).Sample((a, b, share) =>
        {
            var axis = ChartAxis.Decades(Math.Pow(10, Math.Min(a, b)), Math.Pow(10, Math.Max(a, b)));
            return axis.Ticks.Count is >= 2 and <= 6 && axis.Low <= Math.Pow(10, Math.Min(a, b)) * (1 + 1e-8) && axis.High >= Math.Pow(10, Math.Max(a, b)) * (1 - 1e-8) && Math.Abs(axis.Share(axis.At(share)) - share) < 1e-9;
        }, iter: 500);
    }

    /// The first picks of facility location gain hundreds, all others less than one.
    [Fact]
    public void Values_that_a_linear_axis_would_press_into_its_lowest_tenth_stand_on_decades()
    {
        double[] gains = [150, 140, .. Enumerable.Range(1, 98).Select(i => i / 1000.0)];

        Assert.Equal((true, 1e-3, 1e3), (ChartAxis.Of(gains).IsLog, ChartAxis.Of(gains).Low, ChartAxis.Of(gains).High));
        Assert.Equal((true, 1e-4), (ChartAxis.Of([.. gains, 0, 1e-12]).IsLog, Math.Round(ChartAxis.Of([.. gains, 0, 1e-12]).Low, 12)));
        Assert.Equal(0, ChartAxis.Of([.. gains, 0]).Share(0));
        Assert.False(ChartAxis.Of([.. gains, -1]).IsLog);
        Assert.False(ChartAxis.Of([0.1, 0.2, 0.9, 1]).IsLog);
        Assert.False(ChartAxis.Of([0, 0, 0]).IsLog);
        Assert.False(ChartAxis.Of([.. gains.Select(gain => gain * 1e-310)]).IsLog);
    }

    [Fact]
    public void A_histogram_counts_every_number_once() =>
        Gen.Double[-3, 3].Array[1, 200].Sample(values =>
        {
            var histogram = Histogram.Of([.. values, double.NaN], values.Min(), values.Min() + 6, 17);
            return histogram.Total == values.Length && Enumerable.Range(0, 17).All(b => histogram.Edge(b) < histogram.Edge(b + 1));
        }, iter: 500);
}
