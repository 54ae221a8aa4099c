namespace Gleaner;

/// <summary>
/// One level of hierarchical k-means: clusters of points, their centroids, and resampling steps that even them out. Large dense regions
/// pull centroids to themselves; k-means on a few points of every cluster takes that pull away.
/// </summary>
sealed class HierarchicalKMeans(HierarchicalKMeansOptions options, CancellationToken cancel)
{
    const int MaxIterations = 50; // the authors' number

    /// <summary>Partitions the rows of <paramref name="points"/> into at most <paramref name="clusters"/>; row k of the centroids belongs to class k.</summary>
    public (LatentPartition Clusters, EmbeddingMatrix Centroids) Cluster(EmbeddingMatrix points, int clusters, int level)
    {
        var found = Fit(points, clusters, level, step: 0);
        var centroids = Matrix(found.Centroids, points.Dimension);
        var partition = found.Partition;
        int sample = Math.Max(1, points.Count / clusters / 2); // the authors': half the average size of a cluster
        for (int step = 1; step <= (level == 0 ? options.FirstResamplings : options.Resamplings) && sample > 1; step++)
        {
            int[] sampled = [.. Enumerable.Range(0, partition.Classes).SelectMany(k => Closest(points, partition.Members(k), centroids.Row(k)).Take(sample)).Order()];
            centroids = Matrix(Fit(points.Select(sampled), Math.Min(clusters, sampled.Length), level, step).Centroids, points.Dimension);
            partition = LatentPartition.FromLabels(Nearest(points, centroids));
            centroids = centroids.Select([.. partition.Labels]); // clusters that lost all their points are gone
        }
        return (partition, centroids);
    }

    /// <summary>The points <paramref name="members"/>, those of largest similarity to <paramref name="centroid"/> first, the lowest index among equals.</summary>
    public static IEnumerable<int> Closest(EmbeddingMatrix points, ReadOnlySpan<int> members, ReadOnlySpan<float> centroid)
    {
        int[] images = members.ToArray();
        var similarity = new double[images.Length];
        for (int j = 0; j < images.Length; j++)
        {
            var row = points.Row(images[j]);
            for (int c = 0; c < row.Length; c++) similarity[j] += (double)row[c] * centroid[c];
        }
        return Enumerable.Range(0, images.Length).OrderByDescending(j => similarity[j]).Select(j => images[j]);
    }

    KMeansResult Fit(EmbeddingMatrix points, int clusters, int level, int step) => KMeans.Fit(points, new KMeansOptions
    {
        Classes = clusters, Restarts = 1, MaxIterations = MaxIterations, Threads = options.Threads,
        Seed = (int)SplitMix64.Mix(((ulong)(uint)options.Seed << 32) + (ulong)((level << 16) + step)),
    }, progress: null, cancel);

    static EmbeddingMatrix Matrix(float[] centroids, int dimension) => EmbeddingMatrix.Normalize(centroids, centroids.Length / dimension, dimension, out _);

    int[] Nearest(EmbeddingMatrix points, EmbeddingMatrix centroids)
    {
        var packed = PackedRows.Pack(centroids.Values, centroids.Count, centroids.Dimension);
        var nearest = new int[points.Count];
        Parallel.For(0, points.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel }, () => new float[packed.Panels * PackedRows.PanelRows], (i, _, products) =>
        {
            packed.Multiply(points.Row(i), products);
            for (int k = 1; k < centroids.Count; k++)
                if (products[k] > products[nearest[i]]) nearest[i] = k;
            return products;
        }, _ => { });
        return nearest;
    }
}
