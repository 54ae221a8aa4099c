namespace Gleaner;

/// <summary>What <see cref="LinearProbe"/> found.</summary>
public sealed record LinearProbeResult
{
    /// <summary>The accuracy on the test images.</summary>
    public required ProbeScore Test { get; init; }

    /// <summary>The share of the training images that the final fit names rightly.</summary>
    public required double TrainingAccuracy { get; init; }

    /// <summary>Images the final fit learned from: all training images.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Training images that were held out, once each, to choose the weight decay.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>d, how many features.</summary>
    public required int Dimension { get; init; }

    /// <summary>The chosen lambda, in mean loss + lambda / 2 |W|^2 over standardised features.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Whether held-out images chose it. False if no class had two images: then it is the middle of the grid.</summary>
    public bool IsChosenByValidation => ValidationImages > 0;

    /// <summary>Whether it is the smallest or the largest of a grid of several: a wider grid may do better.</summary>
    public required bool IsAtGridEdge { get; init; }

    /// <summary>The whole grid, in ascending order of weight decay.</summary>
    public required IReadOnlyList<WeightDecayTrial> Grid { get; init; }

    /// <summary>L-BFGS iterations of the final fit.</summary>
    public required int Iterations { get; init; }

    /// <summary>Whether the final fit converged.</summary>
    public required bool Converged { get; init; }

    /// <summary>What a reader should know before trusting the number; empty if all is well.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
