namespace Gleaner;

/// <summary>One term that takes from the right-hand side of the premise, and how much.</summary>
public sealed record BoundTerm(string Name, double Value);
