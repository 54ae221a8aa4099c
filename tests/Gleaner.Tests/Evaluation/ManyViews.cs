namespace Gleaner.Tests.Evaluation;

/// Embeddings of several views, made up for tests.
static class ManyViews
{
    /// Views that stray by `jitter` from rows around a direction per class; image i is of class i % classes.
    public static EmbeddingMatrix[] Clustered(int images, int dimension, int classes, double spread, double jitter, int views = 2, ulong seed = 1)
    {
        var centers = RandomRows.Clustered(images, dimension, classes, spread, seed);
        return [.. Enumerable.Range(0, views).Select(v =>
        {
            var noise = RandomRows.Uniform(images, dimension, seed + 100 + (ulong)v);
            return EmbeddingMatrix.Normalize([.. centers.Values.ToArray().Zip(noise.Values.ToArray(), (c, e) => c + (float)jitter * e)], images, dimension, out _);
        })];
    }

    /// Classes along the axes, so that centers are orthogonal.
    public static EmbeddingMatrix[] Orthogonal(int images, int classes, double jitter, int views = 2) =>
        [.. Enumerable.Range(0, views).Select(v =>
        {
            var noise = RandomRows.Uniform(images, classes, 7 + (ulong)v).Values.ToArray();
            for (int i = 0; i < noise.Length; i++) noise[i] = (float)jitter * noise[i] + (i % classes == i / classes % classes ? 1 : 0);
            return EmbeddingMatrix.Normalize(noise, images, classes, out _);
        })];

    public static LatentPartition Classes(int images, int classes) => LatentPartition.FromLabels(Enumerable.Range(0, images).Select(i => i % classes).ToArray());

    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int c = 0; c < a.Length; c++) sum += ((double)a[c] - b[c]) * ((double)a[c] - b[c]);
        return Math.Sqrt(sum);
    }

    public static double[] Mean(EmbeddingMatrix[] views, IEnumerable<int> images) =>
        [.. Enumerable.Range(0, views[0].Dimension).Select(c => images.Average(i => views.Average(view => (double)view.Row(i)[c])))];
}
