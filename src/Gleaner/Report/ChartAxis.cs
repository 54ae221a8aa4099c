using System.Globalization;

namespace Gleaner;

/// <summary>One axis of a chart: where a value lies between its ends, and which values are written beside it.</summary>
sealed class ChartAxis
{
    const int MostTicks = 6;

    ChartAxis(double low, double high, bool isLog, IReadOnlyList<(double, string)> ticks) => (Low, High, IsLog, Ticks) = (low, high, isLog, ticks);

    public double Low { get; }

    public double High { get; }

    public bool IsLog { get; }

    /// <summary>Values with their labels, ascending.</summary>
    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>An axis that begins and ends at a tick, whose steps are 1, 2 or 5 times a power of ten.</summary>
    public static ChartAxis Linear(double low, double high)
    {
        // Values that agree to nine digits are drawn as equal: steps between them would drown in rounding.
        if (!(high - low > Math.Max(1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)), 1e-100))) (low, high) = Math.Abs(low) <= 1e-100 ? (0, 1) : (low - Math.Abs(low) / 2, low + Math.Abs(low) / 2);
        double step = NiceStep((high - low) / (MostTicks - 1));
        double first = Math.Floor(low / step + 1e-9), last = Math.Ceiling(high / step - 1e-9);
        var ticks = new List<(double, string)>();
        for (double k = first; k <= last; k++) ticks.Add((k * step, Label(k * step, step)));
        return new ChartAxis(first * step, last * step, false, ticks);
    }

    /// <summary>A logarithmic axis with a little room at its ends; the values themselves are its ticks.</summary>
    public static ChartAxis Logarithmic(IEnumerable<double> values)
    {
        double[] all = [.. values.Distinct().Order()];
        double room = all.Length == 1 ? 2 : Math.Pow(all[^1] / all[0], 0.08);
        return new ChartAxis(all[0] / room, all[^1] * room, true, [.. all.Select(value => (value, value.ToString("N0", CultureInfo.InvariantCulture)))]);
    }

    /// <summary>A logarithmic axis that begins and ends at a power of ten; these are its ticks, or every second, third, ... of them.</summary>
    public static ChartAxis Decades(double low, double high)
    {
        int first = (int)Math.Floor(Math.Log10(low) + 1e-9), last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(high) - 1e-9)), step = (last - first + MostTicks - 2) / (MostTicks - 1);
        return new ChartAxis(Math.Pow(10, first), Math.Pow(10, last), true, [.. Enumerable.Range(first, last - first + 1).Where(k => (k - first) % step == 0).Select(k => (Math.Pow(10, k), Power(k)))]);
    }

    /// <summary>
    /// The axis on which many values tell themselves apart: decades where nine of ten would stand in the lowest tenth of a linear axis and none is negative; then values below a millionth of the highest, and zeros, stand at
    /// its low end.
    /// </summary>
    public static ChartAxis Of(IReadOnlyCollection<double> values)
    {
        double low = values.Min(), high = values.Max();
        return low >= 0 && high is > 1e-100 and < 1e100 && values.Count(value => value < high / 10) > 0.9 * values.Count
            ? Decades(Math.Max(values.Where(value => value > 0).Min(), high * 1e-6), high) : Linear(low, high);
    }

    /// <summary>0 at the low end, 1 at the high one; what lies below a logarithmic axis stands at its low end.</summary>
    public double Share(double value) => IsLog ? Math.Log(Math.Max(value, Low) / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);

    /// <summary>The value at a share of the way from the low end to the high one.</summary>
    public double At(double share) => IsLog ? Low * Math.Pow(High / Low, share) : Low + (High - Low) * share;

    /// <summary>The least of 1, 2, 5, 10, 20, ... (or their tenths, ...) that is at least <paramref name="step"/>.</summary>
    public static double NiceStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        foreach (double nice in (ReadOnlySpan<double>)[1, 2, 5])
            if (nice * power >= step * (1 - 1e-9)) return nice * power;
        return 10 * power;
    }

    static string Power(int k) => k is >= -3 and <= 6 ? Math.Pow(10, k).ToString("#,##0.###", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"1e{k}");

    static string Label(double value, double step)
    {
        int decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        return (Math.Round(value, decimals) + 0.0).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
