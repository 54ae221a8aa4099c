namespace Gleaner;

/// <summary>How well one subset preserves the pool's geometry. Means over classes count every class that the subset has once.</summary>
/// <param name="MeanCenterDistance">The mean over classes of |mu_k - mu_k^S|; null if the subset is empty.</param>
/// <param name="LargestCenterDistance">The largest of them.</param>
/// <param name="MeanExpectedDistance">The mean over classes of the expected distance, which bounds the center distance.</param>
/// <param name="Alignment">The mean of |f(x1) - f(x2)|^2 over the subset's images and pairs of their views; null with one view.</param>
/// <param name="AlignmentRatio">That over the pool's: above 1 if the subset's images have views farther apart. Null with one view, or if the pool's is 0.</param>
/// <param name="MissedClasses">Labels of classes that the subset has no image of.</param>
/// <param name="Classes">Every class, in ascending order of label.</param>
public sealed record PreservationMeasure(double? MeanCenterDistance, double? LargestCenterDistance, double? MeanExpectedDistance, double? Alignment, double? AlignmentRatio,
    IReadOnlyList<int> MissedClasses, IReadOnlyList<ClassPreservation> Classes);
