using System.Runtime.CompilerServices;

namespace Gleaner;

/// <summary>
/// Herding: always the image that brings the mean of the chosen ones closest to the mean of their latent class, so that every prefix has
/// nearly the class's mean. O(sum_k n_k^2 d) time, O(n d) memory.
/// </summary>
/// <remarks>
/// Welling 2009, "Herding dynamical weights to learn"; as a choice of exemplars Rebuffi et al. 2017 (iCaRL, arXiv:1611.07725): the m-th pick is
/// argmin_x |mu - (x + sum_{j in S} x_j) / m| = argmax_x m &lt;x, mu&gt; - &lt;x, sum_S&gt; - |x|^2 / 2 over the images that are left. The gain of an
/// image is how much closer to mu it brought the mean of the chosen, and may be negative; before the first pick that mean counts as 0,
/// so after m picks |mean_S - mu| = |mu| - the sum of the m gains.
/// </remarks>
public sealed class HerdingSelector : ClassSelector
{
    /// <summary>A selector that puts <paramref name="minPerClass"/> images of each class first. The result does not depend on <paramref name="threads"/>, by default all processors.</summary>
    public HerdingSelector(int minPerClass = 0, int? threads = null) : base(minPerClass, threads ?? Environment.ProcessorCount) { }

    /// <inheritdoc/>
    protected override bool SharesThreads => false; // each pick waits for the one before

    /// <inheritdoc/>
    protected override ClassRanking RankClass(EmbeddingMatrix rows, int[] keep, int threads, IProgress<int>? progress, CancellationToken cancel)
    {
        int n = rows.Count, d = rows.Dimension;
        var similarity = new CosineSimilarity(rows, threshold: null);
        double[] sums = similarity.RowSums(threads, cancel);                          // n <x, mu>
        double[] halfSquares = [.. Enumerable.Range(0, n).Select(i => similarity.Self(i) / 2)], toChosen = new double[n]; // <x, sum_S>
        var mean = new double[d];
        for (int i = 0; i < n; i++) Add(rows.Row(i), 1.0 / n, mean);
        var rest = new double[d];                                                     // m mu - sum_S
        double error = Norm(mean);
        var row = new float[similarity.RowCapacity];
        var picks = new List<Pick>(n);
        for (int best = Approach(toChosen, row, sums, 1.0 / n, halfSquares); picks.Count < n; progress?.Report(picks.Count))
        {
            cancel.ThrowIfCancellationRequested();
            int m = picks.Count + 1, e = picks.Count < keep.Length ? keep[picks.Count] : best;
            for (int k = 0; k < d; k++) rest[k] += mean[k];
            Add(rows.Row(e), -1, rest);
            double before = error;
            error = Norm(rest) / m;
            picks.Add(new Pick(e, before - error));
            toChosen[e] = double.PositiveInfinity; // chosen: never the best again
            similarity.Row(e, row);
            best = Approach(toChosen, row, sums, (m + 1.0) / n, halfSquares);
        }
        return new ClassRanking(picks) { SimilaritySums = sums, MeanSimilarities = similarity.MeansToOthers(sums) };
    }

    // One pass for both: <x, sum_S> grows by the image just chosen, and the largest score is the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Approach(double[] toChosen, float[] row, double[] sums, double share, double[] halfSquares)
    {
        int best = 0;
        double most = double.NegativeInfinity;
        for (int i = 0; i < toChosen.Length && i < row.Length && i < sums.Length && i < halfSquares.Length; i++)
        {
            toChosen[i] += row[i];
            double score = share * sums[i] - toChosen[i] - halfSquares[i];
            if (score > most) (best, most) = (i, score);
        }
        return best;
    }

    static void Add(ReadOnlySpan<float> row, double times, double[] into)
    {
        for (int k = 0; k < row.Length; k++) into[k] += times * row[k];
    }

    static double Norm(double[] vector)
    {
        double squares = 0;
        foreach (double v in vector) squares += v * v;
        return Math.Sqrt(squares);
    }
}
