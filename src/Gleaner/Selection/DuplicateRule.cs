namespace Gleaner;

/// <summary>Which images of a latent class are looked at first and so stay where others repeat them; the lowest index among equals.</summary>
public enum DuplicateRule
{
    /// <summary>The farthest from the class's centroid, by cosine: SemDeDup's default ("hard").</summary>
    FarthestFromCentroid,

    /// <summary>The nearest to the class's centroid (SemDeDup's "easy").</summary>
    NearestToCentroid,

    /// <summary>The lowest index, as for exact copies.</summary>
    LowestIndex,
}
