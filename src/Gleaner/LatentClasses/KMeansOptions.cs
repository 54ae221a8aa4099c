namespace Gleaner;

/// <summary>How <see cref="KMeans"/> runs.</summary>
public sealed record KMeansOptions
{
    /// <summary>K, at least 1 and at most the number of images.</summary>
    public required int Classes { get; init; }

    /// <summary>Fixes the start of every restart.</summary>
    public int Seed { get; init; }

    /// <summary>True: centroids are scaled to unit length and rows go to the centroid of largest cosine (spherical k-means). False: to the nearest in Euclidean distance.</summary>
    public bool Cosine { get; init; } = true;

    /// <summary>How many starts are tried; the one with the least inertia is kept, the first among equals.</summary>
    public int Restarts { get; init; } = 3;

    /// <summary>Most Lloyd steps of one restart.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>A restart ends when a step lowers the inertia by less than this share.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
