namespace Gleaner;

/// <summary>A member of the pool that could not be used, and why.</summary>
public sealed record Unreadable(int Index, string Reason);
