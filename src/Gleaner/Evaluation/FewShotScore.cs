namespace Gleaner;

/// <summary>All draws of one share.</summary>
/// <param name="Share">The share of the training images.</param>
/// <param name="Images">How many images that is; the same in every draw.</param>
/// <param name="Mean">The mean top-1 accuracy over draws.</param>
/// <param name="StandardDeviation">Its standard deviation over draws (divided by draws - 1); null for a single draw.</param>
/// <param name="Draws">Every draw, in order.</param>
public sealed record FewShotScore(double Share, int Images, double Mean, double? StandardDeviation, IReadOnlyList<FewShotDraw> Draws);
