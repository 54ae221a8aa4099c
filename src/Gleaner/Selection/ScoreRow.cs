namespace Gleaner;

/// <summary>What a selection found out about one image of the pool; null where the method does not compute it.</summary>
/// <param name="Index">The image's place in the pool, from 0.</param>
/// <param name="Key">The image's name in the pool, often a path.</param>
/// <param name="Class">The latent class.</param>
/// <param name="Rank">The place in the ranking, from 0; null for an image that was left out.</param>
/// <param name="Gain">What the image added to the objective when it was chosen.</param>
/// <param name="SimilaritySum">The similarity to all images of the class, added up.</param>
/// <param name="MeanSimilarity">The mean similarity to the other images of the class.</param>
/// <param name="Kept">Whether the image is in the subset.</param>
/// <param name="NearestKept">The most similar image of the subset.</param>
/// <param name="NearestKeptSimilarity">How similar that one is.</param>
/// <param name="DuplicateOf">The image that this one nearly repeats.</param>
/// <param name="LeftOut">Why the image was not ranked, in a word (excluded, duplicate); null if it was.</param>
public sealed record ScoreRow(
    long Index, string Key, int? Class, long? Rank, double? Gain, double? SimilaritySum, double? MeanSimilarity,
    bool Kept, long? NearestKept, double? NearestKeptSimilarity, long? DuplicateOf, string? LeftOut = null);
