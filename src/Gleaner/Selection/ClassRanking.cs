namespace Gleaner;

/// <summary>What a <see cref="ClassSelector"/> finds out about one latent class of m images, numbered 0..m-1.</summary>
/// <param name="Picks">All m images in rank order, those to keep first.</param>
public sealed record ClassRanking(IReadOnlyList<Pick> Picks)
{
    /// <summary>The sum of the similarities of each image to the class, itself included; null if no similarity was used.</summary>
    public IReadOnlyList<double>? SimilaritySums { get; init; }

    /// <summary>The mean similarity of each image to the others (to itself if it is alone); null if no similarity was used.</summary>
    public IReadOnlyList<double>? MeanSimilarities { get; init; }
}
