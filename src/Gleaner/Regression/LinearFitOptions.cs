namespace Gleaner;

/// <summary>How a <see cref="LinearFit"/> is found: most L-BFGS iterations, the largest entry of the gradient it may end with, and threads, which change nothing.</summary>
readonly record struct LinearFitOptions(int MaxIterations, double Tolerance, int Threads);
