namespace Gleaner;

/// <summary>How <see cref="FacilityLocationSelector"/> ranks.</summary>
public sealed record FacilityLocationOptions
{
    /// <summary>Similarities below it count as 0; null means none, and negative ones count as 0 all the same. 0 is the SAS authors' default.</summary>
    public double? Threshold { get; init; } = 0;

    /// <summary>Null takes all similarities into account. k: only those of an image and the k that are most similar to it (<see cref="NeighbourSimilarity"/>), O(n k) memory and less time after the neighbours are found.</summary>
    public int? Neighbours { get; init; }

    /// <summary>Null finds the exact greedy order (<see cref="LazyGreedy"/>). Otherwise what may be lost of the value by <see cref="LazierThanLazyGreedy"/>, above 0 and below 1.</summary>
    public double? Epsilon { get; init; }

    /// <summary>With <see cref="Epsilon"/>: the part of each class that its guarantee is for, above 0 and at most 1.</summary>
    public double Fraction { get; init; } = 0.2;

    /// <summary>With <see cref="Epsilon"/>: fixes the samples.</summary>
    public int Seed { get; init; }

    /// <summary>So many of each class come first in the ranking, whatever the class's size.</summary>
    public int MinPerClass { get; init; }

    /// <summary>Bytes of a class for what is left of rows of similarities that will be needed again; 384 MiB hold an eighth of all pairs of 20,000 images. The result does not depend on it.</summary>
    public long RoomForRows { get; init; } = FacilityLocation.DefaultRoom;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
