namespace Gleaner;

/// <summary>How <see cref="SubsetPreservation"/> measures.</summary>
public sealed record SubsetPreservationOptions
{
    /// <summary>How many random class-balanced subsets of the same size are measured beside it; 0 for none.</summary>
    public int RandomSubsets { get; init; } = 10;

    /// <summary>Fixes the random subsets.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
