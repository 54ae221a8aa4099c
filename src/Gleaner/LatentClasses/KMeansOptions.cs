namespace Gleaner;

/// <summary>How <see cref="KMeans"/> runs.</summary>
public sealed record KMeansOptions
{
    /// <summary>
    /// With starts so careful that a group of the rows is rarely missed, up to a hundred classes: 150 / K restarts, but 3 to 15, of 2 + ln K candidates (as many as scikit-learn). Above, as by default:
    /// one class in hundreds hardly counts, and candidates cost more than Lloyd steps.
    /// </summary>
    public static KMeansOptions Careful(int classes) => classes > 100 ? new() { Classes = classes }
        : new() { Classes = classes, Restarts = Math.Clamp(150 / Math.Max(1, classes), 3, 15), Candidates = 2 + (int)Math.Log(Math.Max(1, classes)) };

    /// <summary>K, at least 1 and at most the number of images.</summary>
    public required int Classes { get; init; }

    /// <summary>Fixes the start of every restart.</summary>
    public int Seed { get; init; }

    /// <summary>True: centroids are scaled to unit length and rows go to the centroid of largest cosine (spherical k-means). False: to the nearest in Euclidean distance.</summary>
    public bool Cosine { get; init; } = true;

    /// <summary>How many starts are tried; the one with the least inertia is kept, the first among equals.</summary>
    public int Restarts { get; init; } = 3;

    /// <summary>Rows that are drawn for each next centroid of a start, of which the one that leaves the least inertia is taken; more find more of the groups that there are and cost a pass over the rows each. Default 1: plain k-means++.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Most Lloyd steps of one restart.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>A restart ends when a step lowers the inertia by less than this share.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
