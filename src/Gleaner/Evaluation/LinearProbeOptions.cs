namespace Gleaner;

/// <summary>How <see cref="LinearProbe"/> trains.</summary>
public sealed record LinearProbeOptions
{
    /// <summary>
    /// The weight decays to choose from, above 0: lambda in mean loss + lambda / 2 |W|^2 over standardised features; scikit-learn's C is 1 / (lambda n).
    /// Default: 1e-6 to 1e2, a power of ten apart.
    /// </summary>
    public IReadOnlyList<double> WeightDecays { get; init; } = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];

    /// <summary>1: one part of the training images is held out to choose the weight decay. 2 or more: each of so many parts in turn, for few images.</summary>
    public int Folds { get; init; } = 1;

    /// <summary>With one fold, the share of every class that is held out, above 0 and below 1.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Fixes which images are held out.</summary>
    public int Seed { get; init; }

    /// <summary>Most L-BFGS iterations of one fit.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>A fit has converged when no entry of the gradient of the mean loss is larger. Default 1e-5; at 1e-4, scikit-learn's, the smallest weight decays would not move from where they start.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal LinearFitOptions Fit => new(MaxIterations, Tolerance, Threads);

    internal void Check()
    {
        LinearFitOptions.Check(WeightDecays);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Folds);
        if (!(ValidationShare is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(ValidationShare), ValidationShare, "Expected a share above 0 and below 1.");
        Fit.Check();
    }
}
