namespace Gleaner;

/// <summary>One L-BFGS iteration: of which fit (0-based) of how many, at which weight decay, and the objective and the largest entry of its gradient after it.</summary>
public sealed record LinearProbeStep(int Fit, int Fits, double WeightDecay, int Iteration, double Objective, double LargestGradient);
