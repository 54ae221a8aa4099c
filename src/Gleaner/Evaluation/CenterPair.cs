namespace Gleaner;

/// <summary>The premise for two classes: mu_l . mu_k must be below the right-hand side.</summary>
public sealed record CenterPair(int First, int Second, double Product, double RightHandSide, bool Holds);
