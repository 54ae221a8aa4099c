using System.Diagnostics;
using System.Text.Json;

namespace Gleaner.Benchmarks.Selection;

/// <summary>What one process found out: every trial's seconds, on the clock and on the processors, and a value that shows that the work was done.</summary>
sealed record Measured(IReadOnlyList<double> Seconds, IReadOnlyList<double> ProcessorSeconds, double PeakMiB, double? Value)
{
    /// <summary>Trials go on until this many seconds are measured, as in peers/protocol.py.</summary>
    public const double Enough = 1;

    /// <summary>Nor are there more trials than these.</summary>
    public const int MostTrials = 10;

    /// <summary>Long enough for the tiered compiler to be done with what a small problem uses, however often that runs.</summary>
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs <paramref name="small"/> until it is compiled, then times <paramref name="whole"/>; <paramref name="value"/> looks at the last trial's result and is not timed.</summary>
    public static Measured Repeatedly<T>(Action small, Func<T> whole, Func<T, double?> value)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < WarmUp;) small();
        Thread.Sleep(200);   // what is still queued to be compiled

        var (seconds, processor) = (new List<double>(), new List<double>());
        double peak = 0;
        T last;
        do
        {
            GC.Collect();
            var before = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            last = whole();
            seconds.Add(clock.Elapsed.TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            if (peak == 0) peak = PeakNow();   // later trials may only add what the collector has not yet collected of the earlier ones
        }
        while (seconds.Sum() < Enough && seconds.Count < MostTrials);
        return new Measured(seconds, processor, peak, value(last));
    }

    /// <summary>The most that was resident so far, in MiB.</summary>
    public static double PeakNow()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (1024.0 * 1024);
    }

    /// <summary>Prints the line that run.py reads.</summary>
    public void Print() => Console.WriteLine(JsonSerializer.Serialize(new
    {
        seconds = Seconds, cpu = ProcessorSeconds, value = Value, peak_mib = PeakMiB, version = $".NET {Environment.Version}",
    }));
}
