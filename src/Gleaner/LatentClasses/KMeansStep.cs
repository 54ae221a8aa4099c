namespace Gleaner;

/// <summary>One Lloyd step: which restart (0-based), which step (1-based), and the inertia after it.</summary>
public sealed record KMeansStep(int Restart, int Step, double Inertia);
