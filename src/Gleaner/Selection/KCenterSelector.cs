using System.Runtime.CompilerServices;

namespace Gleaner;

/// <summary>
/// Farthest first: always the image that is farthest from everything chosen so far in its latent class, so that no image stays far from
/// a chosen one. O(sum_k n_k^2 d) time, O(n d) memory.
/// </summary>
/// <remarks>
/// Gonzalez 1985, "Clustering to minimize the maximum intercluster distance"; as a core-set Sener and Savarese 2018 (arXiv:1708.00489). After
/// m picks from one class the largest distance of an image to its nearest pick is at most twice the least that any m images reach.
/// The distance is Euclidean, which for unit rows is sqrt(2 - 2 cos), and for which that bound holds (1 - cos is no metric; the order
/// on unit rows is the same). The gain of an image is its distance to the nearest chosen one when it was taken, NaN if nothing was chosen.
/// It prefers outliers, and so mislabelled or broken images. Deviation: the first pick is not arbitrary but the image of the largest
/// similarity sum, so that there is no seed. For the whole pool at once pass <see cref="LatentPartition.Whole"/>.
/// </remarks>
public sealed class KCenterSelector : ClassSelector
{
    /// <summary>A selector that puts <paramref name="minPerClass"/> images of each class first. The result does not depend on <paramref name="threads"/>, by default all processors.</summary>
    public KCenterSelector(int minPerClass = 0, int? threads = null) : base(minPerClass, threads ?? Environment.ProcessorCount) { }

    /// <inheritdoc/>
    protected override bool SharesThreads => false; // each pick waits for the one before

    /// <inheritdoc/>
    protected override ClassRanking RankClass(EmbeddingMatrix rows, int[] keep, int threads, IProgress<int>? progress, CancellationToken cancel)
    {
        int n = rows.Count;
        var similarity = new CosineSimilarity(rows, threshold: null);
        double[] sums = similarity.RowSums(threads, cancel);
        double[] squares = [.. Enumerable.Range(0, n).Select(similarity.Self)], nearest = new double[n]; // squared distance to the nearest chosen
        Array.Fill(nearest, double.PositiveInfinity);
        var row = new float[similarity.RowCapacity];
        var picks = new List<Pick>(n);
        for (int farthest = Largest(sums); picks.Count < n; progress?.Report(picks.Count))
        {
            cancel.ThrowIfCancellationRequested();
            int e = picks.Count < keep.Length ? keep[picks.Count] : farthest;
            picks.Add(new Pick(e, picks.Count == 0 ? double.NaN : Math.Sqrt(nearest[e])));
            nearest[e] = double.NegativeInfinity; // chosen: never the farthest again
            similarity.Row(e, row);
            farthest = Approach(nearest, squares, squares[e], row);
        }
        return new ClassRanking(picks) { SimilaritySums = sums, MeanSimilarities = similarity.MeansToOthers(sums) };
    }

    // One pass for both: distances shrink by the image just chosen, and the largest that is left is the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Approach(double[] nearest, double[] squares, double square, float[] row)
    {
        int farthest = 0;
        double most = double.NegativeInfinity;
        for (int i = 0; i < nearest.Length && i < squares.Length && i < row.Length; i++)
        {
            double distance = squares[i] + square - 2 * (double)row[i], least = nearest[i];
            if (distance < least)
            {
                if (distance < 0) distance = 0; // float32 products
                nearest[i] = least = distance;
            }
            if (least > most) (farthest, most) = (i, least);
        }
        return farthest;
    }

    static int Largest(double[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }
}
