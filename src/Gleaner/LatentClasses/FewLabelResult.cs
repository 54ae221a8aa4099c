namespace Gleaner;

/// <summary>Latent classes from a few labels, and what is known about them.</summary>
public sealed record FewLabelResult
{
    /// <summary>Every image: its given label if it has one, else the label that the classifier gives it. Every label has at least its labelled images.</summary>
    public required LatentPartition Partition { get; init; }

    /// <summary>How many images have a given label.</summary>
    public required int Labelled { get; init; }

    /// <summary>How many labelled images each class has, in ascending order of label.</summary>
    public required IReadOnlyList<int> LabelledPerClass { get; init; }

    /// <summary>Labels that a single image has: nothing of theirs could be held out.</summary>
    public required IReadOnlyList<int> SingleLabels { get; init; }

    /// <summary>Labels that no image was given besides those that had it.</summary>
    public required IReadOnlyList<int> NeverPredicted { get; init; }

    /// <summary>The chosen L2, lambda in mean loss + lambda / 2 |W|^2.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>The whole grid, in ascending order.</summary>
    public required IReadOnlyList<WeightDecayTrial> Grid { get; init; }

    /// <summary>Cross-validation with the chosen L2; null if no class has two labels: then L2 is the middle of the grid, not a choice.</summary>
    public required HeldOutAgreement? HeldOut { get; init; }

    /// <summary>L-BFGS iterations of the final fit.</summary>
    public required int Iterations { get; init; }

    /// <summary>Whether the final fit converged.</summary>
    public required bool Converged { get; init; }
}
