namespace Gleaner;

/// <summary>How clearly rows lie in their classes: the mean of (b - a) / b, where a and b are a row's distances to the nearest and the second nearest centroid; 0 to 1. O(n K d).</summary>
/// <remarks>The simplified silhouette of Hruschka, de Castro and Campello 2004, for k-means, whose rows are nearest to their own centroid. Distance is |x - c| of unit rows and unit centroids.</remarks>
static class Silhouette
{
    const int Rows = 256;

    /// <summary>Of <paramref name="rows"/> and K unit centroids, K at least 2.</summary>
    public static double Of(EmbeddingMatrix rows, float[] centroids, int threads, CancellationToken cancel)
    {
        int d = rows.Dimension, classes = centroids.Length / d, parts = (rows.Count + Rows - 1) / Rows;
        var packed = PackedRows.Pack(centroids, classes, d);
        var none = new double[classes];
        var sums = new double[parts];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, part =>
        {
            int first = part * Rows, count = Math.Min(Rows, rows.Count - first);
            var similarities = new double[count * classes];
            SoftmaxRegression.Logits(rows.Values.Slice(first * d, count * d), packed, none, count, similarities);
            for (int r = 0; r < count; r++)
            {
                double nearest = double.NegativeInfinity, second = double.NegativeInfinity;
                foreach (double s in similarities.AsSpan(r * classes, classes))
                    if (s > nearest) (nearest, second) = (s, nearest);
                    else if (s > second) second = s;
                double a = Distance(nearest), b = Distance(second);
                if (b > 0) sums[part] += (b - a) / b;
            }
        });
        return sums.Sum() / rows.Count;

        static double Distance(double similarity) => Math.Sqrt(Math.Max(0, 2 - 2 * similarity));
    }
}
