using System.Globalization;

namespace Gleaner.Cli;

/// <summary>One line of progress: how far, how fast, how long still.</summary>
static class ProgressText
{
    public static string Of(string stage, long done, long total, long doneHere, long milliseconds, string unit)
    {
        double rate = doneHere / Math.Max(0.001, milliseconds / 1000.0);
        string left = rate > 0 ? $", {Terminal.Duration((total - done) / rate)} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{stage,-8} {100.0 * done / total,3:0} %  {Terminal.Number(done)} of {Terminal.Number(total)} {unit}, {Terminal.Number((long)rate)}/s{left}");
    }
}
