namespace Gleaner;

/// <summary>When <see cref="NearDuplicates.Semantic"/> takes two images for the same.</summary>
public sealed record NearDuplicateOptions
{
    /// <summary>
    /// Two images of a latent class are near-duplicates from a cosine similarity of 1 - epsilon on; at least 0, below 1. What looks alike depends on
    /// the embedding: look at what is removed. SemDeDup tunes it until as many images are left as are wanted.
    /// </summary>
    public double Epsilon { get; init; } = 0.05;

    /// <summary>Which image of a group stays.</summary>
    public DuplicateRule Rule { get; init; } = DuplicateRule.FarthestFromCentroid;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
