namespace Gleaner;

/// <summary>How <see cref="HierarchicalKMeansSelector"/> clusters and samples.</summary>
public sealed record HierarchicalKMeansOptions
{
    /// <summary>The number of clusters of each level, from the finest to the coarsest; null for <see cref="SensibleLevels"/>.</summary>
    public IReadOnlyList<int>? Levels { get; init; }

    /// <summary>Resampling steps of each level but the first; 10 is the authors' number.</summary>
    public int Resamplings { get; init; } = 10;

    /// <summary>Resampling steps of the first level, where all images are clustered. 0, as in the authors' largest setting; 10 in their small one.</summary>
    public int FirstResamplings { get; init; }

    /// <summary>True, as in the authors' settings: a cluster of the finest level gives the images closest to its centroid first. False: in a random order.</summary>
    public bool ClosestFirst { get; init; } = true;

    /// <summary>Fixes the starts of every k-means, the order of sibling clusters and, if it is random, that of the images.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Levels when nobody says: 5 sqrt(n), sqrt(n) and sqrt(n) / 5 clusters, so 1118, 224 and 45 for 50,000 images; levels of fewer than two clusters
    /// are left out. A choice of ours: the authors' counts are for hundreds of millions of images, 5 is the least factor between their levels.
    /// </summary>
    public static IReadOnlyList<int> SensibleLevels(int images)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        double root = Math.Sqrt(images);
        int[] levels = [.. new[] { 5 * root, root, root / 5 }.Select(k => (int)Math.Round(k)).Where(k => k >= 2 && k <= images / 2)];
        return levels.Length > 0 ? levels : [1];
    }
}
