namespace Gleaner;

/// <summary>How <see cref="ClassCountSearch"/> looks for K.</summary>
public sealed record ClassCountOptions
{
    /// <summary>Most rows that are looked at; a seeded sample of a larger pool. Default 10,000.</summary>
    public int MostRows { get; init; } = 10_000;

    /// <summary>The largest K that is tried. Default 500.</summary>
    public int MostClasses { get; init; } = 500;

    /// <summary>Rows that a class must have on average, so that K is at most rows / this. Default 20.</summary>
    public int RowsPerClass { get; init; } = 20;

    /// <summary>Clouds without classes that silhouettes are compared with; more of them for small pools. Default 2.</summary>
    public int References { get; init; } = 2;

    /// <summary>An excess below this is no structure, and K is 1. Default 0.05: clouds that are merely skewed stay below 0.04, classes that overlap by half reach 0.1.</summary>
    public double LeastExcess { get; init; } = 0.05;

    /// <summary>Fixes the sample, the clouds and the starts of k-means.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
