using System.Runtime.CompilerServices;

namespace Gleaner;

/// <summary>How a <see cref="LinearFit"/> is found: most L-BFGS iterations, the largest entry of the gradient it may end with, and threads, which change nothing.</summary>
readonly record struct LinearFitOptions(int MaxIterations, double Tolerance, int Threads)
{
    /// <exception cref="ArgumentException">A strength of L2 to choose from is none.</exception>
    public static void Check(IReadOnlyList<double>? weightDecays, [CallerArgumentExpression(nameof(weightDecays))] string? name = null)
    {
        if (weightDecays is null or [] || weightDecays.Any(w => !(w > 0 && double.IsFinite(w))))
            throw new ArgumentException("WeightDecays is empty or holds a number that is not above 0; expected at least one, all above 0.", name);
    }

    /// <exception cref="ArgumentOutOfRangeException">A number is not above 0.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxIterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Threads);
        if (!(Tolerance > 0)) throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, "Expected a number above 0.");
    }
}
