namespace Gleaner;

/// <summary>How <see cref="FewShotProbe"/> draws and trains.</summary>
public sealed record FewShotOptions
{
    /// <summary>The shares of the training images, above 0 and at most 1. Default 1 % and 10 %, as papers on contrastive learning report (SimCLR, Chen et al. 2020).</summary>
    public IReadOnlyList<double> Shares { get; init; } = [0.01, 0.1];

    /// <summary>How many times each share is drawn, at least 1.</summary>
    public int Draws { get; init; } = 5;

    /// <summary>Fixes every draw.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// How each draw trains. The weight decay is chosen inside the draw by five folds: with so few images one held-out part says little. A class of one image is
    /// always learned and never held out; if all classes are so, the middle of the grid is taken, and the draw says so.
    /// </summary>
    public LinearProbeOptions Probe { get; init; } = new() { Folds = 5 };
}
