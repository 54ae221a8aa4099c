using System.Diagnostics;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary>How fast this machine multiplies rows, measured on rows of the embedding at hand, to say before a long ranking what it will cost.</summary>
static class MachineRate
{
    /// <summary>Less is not worth a line.</summary>
    const double LeastSeconds = 5;

    /// <summary>Fewer multiply-adds take less than that on any machine, so that nothing need be measured.</summary>
    const double LeastMultiplyAdds = 1e9;

    const int SampleRows = 4096;
    static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(100);

    /// <summary>One sentence about a long ranking; null about a short one.</summary>
    public static string? Foretell(RankingPlan plan, EmbeddingMatrix embedding, int threads)
    {
        if (plan.Effort < LeastMultiplyAdds) return null;
        double rate = Measure(embedding);
        return Sentence(plan, rate, threads);
    }

    internal static string? Sentence(RankingPlan plan, double rate, int threads) => plan.Seconds(rate, threads) is var seconds && seconds < LeastSeconds ? null
        : string.Create(CultureInfo.InvariantCulture, $"about {Terminal.Duration(seconds)} and {Math.Max(1, plan.Bytes >> 20):N0} MiB of memory, at {rate / 1e9:0.0} billion multiply-adds a second and thread, as just measured");

    // Row by row as the selectors do. Larger classes do not fit into the processor's caches and may be slower.
    static double Measure(EmbeddingMatrix embedding)
    {
        var sample = new CosineSimilarity(embedding.Select([.. Enumerable.Range(0, Math.Min(SampleRows, embedding.Count))]), threshold: null);
        var row = new float[sample.RowCapacity];
        sample.Row(0, row); // compiles
        long start = Stopwatch.GetTimestamp();
        int rows = 0;
        for (; rows == 0 || Stopwatch.GetElapsedTime(start) < SampleTime; rows++) sample.Row(rows % sample.Count, row);
        return (double)rows * sample.Count * embedding.Dimension / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
