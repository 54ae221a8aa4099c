namespace Gleaner;

/// <summary>An image that a maximiser took, and what it added to the objective at that moment.</summary>
public readonly record struct Pick(int Index, double Gain);
