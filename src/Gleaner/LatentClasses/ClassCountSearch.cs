namespace Gleaner;

/// <summary>
/// Finds a K for k-means: the one whose silhouette exceeds most that of rows without classes but with the same mean and covariance. K is tried over a
/// geometric grid, then halfway between the best and its neighbours until none is left. On a sample of at most 10,000 rows, so that the cost does not grow
/// with the pool: about 3 n' d per K of the grid and k-means step.
/// </summary>
/// <remarks>
/// Hruschka, de Castro and Campello 2004 (simplified silhouette); Tibshirani, Walther and Hastie 2001 (the gap to a reference, here of the silhouette and not
/// of the inertia, and aligned to the rows' covariance, their choice (b)). On made rows the silhouette alone takes K = 2 for any long cloud, Calinski and
/// Harabasz the same, prediction strength the least K there is, and the gap of inertia and likelihoods (BIC, held-out mixtures) take the shape of long
/// classes for more classes.
/// </remarks>
public static class ClassCountSearch
{
    const double Ratio = 1.25; // of neighbours in the grid

    /// <summary>The same seed gives the same K at any thread count.</summary>
    /// <exception cref="ArgumentException">The rows are not of unit length.</exception>
    public static ClassCount Run(EmbeddingMatrix embedding, ClassCountOptions? options = null, IProgress<ClassCountTrial>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        options ??= new ClassCountOptions();
        if (!embedding.IsUnit) throw new ArgumentException("The rows are means of views; k-means takes unit rows. Pass embedding.ToUnit().", nameof(embedding));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostClasses, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RowsPerClass, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.References, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);

        var rows = Sample(embedding, options);
        int most = Math.Min(options.MostClasses, rows.Count / options.RowsPerClass);
        if (most < 2) return new ClassCount(1, rows.Count, [], options.LeastExcess, 0);
        var cloud = GaussianCloud.Like(rows);
        EmbeddingMatrix[] references = [.. Enumerable.Range(0, options.References).Select(r => cloud.Draw(rows.Count, SplitMix64.Mix((ulong)(uint)options.Seed << 32 | (uint)r)))];
        double work = 0;
        var curve = new SortedDictionary<int, ClassCountTrial>();
        foreach (int k in Grid(most)) Try(k);
        while (Between() is { } k) Try(k);
        ClassCountTrial[] trials = [.. curve.Values];
        var best = trials.MaxBy(trial => trial.Excess)!;
        return new ClassCount(best.Excess >= options.LeastExcess ? best.Classes : 1, rows.Count, trials, options.LeastExcess, work);

        void Try(int k)
        {
            var careful = KMeansOptions.Careful(k) with { Seed = options.Seed, Threads = options.Threads }; // a start that puts two centroids into one class hides the right K
            var (found, silhouette) = Cluster(rows, careful);
            double reference = references.Average(cloud => Cluster(cloud, careful with { Restarts = 1 }).Silhouette);
            curve[k] = new ClassCountTrial(k, found.Inertia / rows.Count, silhouette, reference, Enumerable.Range(0, found.Partition.Classes).Min(found.Partition.Size));
            progress?.Report(curve[k]);
        }

        (KMeansResult Found, double Silhouette) Cluster(EmbeddingMatrix of, KMeansOptions k)
        {
            var found = KMeans.Fit(of, k, null, cancel);
            work += ((double)k.Restarts * found.Iterations + 1) * of.Count * k.Classes * of.Dimension;
            return (found, Silhouette.Of(of, found.Centroids, options.Threads, cancel));
        }

        // Halfway to the best one's neighbours, the lower first.
        int? Between()
        {
            int[] tried = [.. curve.Keys];
            int at = Array.IndexOf(tried, curve.Values.MaxBy(trial => trial.Excess)!.Classes);
            if (at > 0 && tried[at] - tried[at - 1] > 1) return (tried[at] + tried[at - 1]) / 2;
            return at < tried.Length - 1 && tried[at + 1] - tried[at] > 1 ? (tried[at] + tried[at + 1]) / 2 : null;
        }
    }

    /// <summary>2, 3, 4, 5, 6, 8, 10, ... and the largest.</summary>
    internal static IEnumerable<int> Grid(int most)
    {
        for (int k = 2; k < most; k = Math.Max(k + 1, (int)Math.Round(Ratio * k))) yield return k;
        yield return most;
    }

    static EmbeddingMatrix Sample(EmbeddingMatrix embedding, ClassCountOptions options)
    {
        if (embedding.Count <= options.MostRows) return embedding;
        int[] images = [.. Enumerable.Range(0, embedding.Count)];
        var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)options.Seed));
        random.Shuffle(images);
        Array.Sort(images, 0, options.MostRows);
        return embedding.Select(images.AsSpan(0, options.MostRows));
    }
}
