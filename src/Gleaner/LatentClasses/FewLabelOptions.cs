namespace Gleaner;

/// <summary>How <see cref="FewLabelClassifier"/> learns.</summary>
public sealed record FewLabelOptions
{
    /// <summary>
    /// The strengths of L2 to choose from, above 0: lambda in mean loss + lambda / 2 |W|^2 over standardised features; scikit-learn's C is 1 / (lambda n).
    /// Default: 1e-3 to 1e2, half a power of ten apart.
    /// </summary>
    public IReadOnlyList<double> WeightDecays { get; init; } = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100];

    /// <summary>Parts of the labelled images, 2 or more; each is held out in turn, stratified by class. Default 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Fixes the parts.</summary>
    public int Seed { get; init; }

    /// <summary>Most L-BFGS iterations of one fit.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>A fit has converged when no entry of the gradient of the mean loss is larger.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal LinearFitOptions Fit => new(MaxIterations, Tolerance, Threads);

    internal void Check()
    {
        LinearFitOptions.Check(WeightDecays);
        ArgumentOutOfRangeException.ThrowIfLessThan(Folds, 2);
        Fit.Check();
    }
}
