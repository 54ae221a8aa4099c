namespace Gleaner;

/// <summary>How well a subset preserves one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="PoolImages">How many images of it the pool has.</param>
/// <param name="SubsetImages">How many the subset has.</param>
/// <param name="CenterDistance">|mu_k - mu_k^S|; null if the subset misses the class.</param>
/// <param name="ExpectedDistance">The mean of |f(x) - f(x')| over views of the pool's and of the subset's images of the class: never below the center distance (Jensen). Null if the subset misses the class.</param>
public sealed record ClassPreservation(int Label, int PoolImages, int SubsetImages, double? CenterDistance, double? ExpectedDistance);
