using System.Diagnostics;

namespace Gleaner.Benchmarks.Selection;

/// <summary>Lloyd steps of k-means from the start that the seed gives; <see cref="Start"/> writes it for the peers.</summary>
static class LloydSteps
{
    const int Seed = 3;

    public static Measured Start(string embedding, int classes, int threads, string start)
    {
        var rows = EmbeddingMatrix.Load(embedding);
        var clock = Stopwatch.StartNew();
        var result = KMeans.Fit(rows, Options(classes, threads, steps: 0));
        using (var file = File.Create(start)) NpyFile.Write(file, result.Centroids, classes, rows.Dimension);
        return new Measured([clock.Elapsed.TotalSeconds], [], Measured.PeakNow(), result.Inertia);
    }

    /// <summary>The first step of a fit is not timed; the mean of the following <paramref name="steps"/> is a trial, as bounds make later ones cheaper. The value is the inertia after all of them. Fits go on until a second of steps has gone by.</summary>
    public static Measured Steps(string embedding, int classes, int threads, int steps)
    {
        var rows = EmbeddingMatrix.Load(embedding);
        var few = Rows.First(rows, 1000);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < 1;) KMeans.Fit(few, Options(Math.Min(50, classes), threads, steps: 3));
        Thread.Sleep(200);

        var (seconds, processor) = (new List<double>(), new List<double>());
        KMeansResult result;
        do
        {
            var watch = new StepWatch();
            result = KMeans.Fit(rows, Options(classes, threads, steps + 1), watch);
            seconds.Add(watch.Mean(t => t.Clock));
            processor.Add(watch.Mean(t => t.Processor));
        }
        while (seconds.Sum() * steps < Measured.Enough && seconds.Count < Measured.MostTrials);
        return new Measured(seconds, processor, Measured.PeakNow(), Inertia(rows, result));
    }

    // From the centroids and the classes, in float64, as the peers' scripts do it.
    static double Inertia(EmbeddingMatrix rows, KMeansResult result)
    {
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            var x = rows.Row(i);
            var c = result.Centroids.AsSpan(result.Partition.Labels[result.Partition.ClassOf(i)] * rows.Dimension, rows.Dimension);
            for (int k = 0; k < x.Length; k++) sum += ((double)x[k] - c[k]) * ((double)x[k] - c[k]);
        }
        return sum;
    }

    // Never stops early: an inertia cannot double.
    static KMeansOptions Options(int classes, int threads, int steps) =>
        new() { Classes = classes, Seed = Seed, Cosine = false, Restarts = 1, MaxIterations = steps, Tolerance = -1, Threads = threads };

    sealed class StepWatch : IProgress<KMeansStep>
    {
        readonly List<(double Clock, double Processor)> _times = [];
        readonly Stopwatch _clock = Stopwatch.StartNew();

        public void Report(KMeansStep value) => _times.Add((_clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds));

        public double Mean(Func<(double Clock, double Processor), double> of) => (of(_times[^1]) - of(_times[0])) / (_times.Count - 1);
    }
}
