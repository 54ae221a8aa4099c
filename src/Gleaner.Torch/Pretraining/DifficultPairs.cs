namespace Gleaner.Torch;

/// <summary>
/// A temperature of their own for pairs of images that are hard to tell apart: views of different images whose similarity is high in the batch, but not
/// so high that they may show the same thing. It needs no labels and no proxy.
/// </summary>
/// <remarks>
/// After Zhang et al. 2025 (arXiv:2501.01317), who show that pairs across the border of two classes harm contrastive learning and that another temperature for
/// them helps. Deviation: the rule for choosing the pairs (two quantiles of the batch's similarities) and the default numbers are ours, not checked against theirs.
/// </remarks>
public sealed record DifficultPairs
{
    /// <summary>Multiplies the temperature of these pairs, above 0; below 1 they are pushed apart more strongly.</summary>
    public double TemperatureScale { get; init; } = 0.7;

    /// <summary>Share of the pairs, the most similar ones, that is left alone because it may be of one class; from 0.</summary>
    public double SkippedShare { get; init; } = 0.02;

    /// <summary>Share of the pairs, the next in similarity, that counts as difficult; above 0, and with <see cref="SkippedShare"/> at most 1.</summary>
    public double Share { get; init; } = 0.1;

    internal string Description => FormattableString.Invariant($", difficult pairs {SkippedShare} to {SkippedShare + Share:0.######} at temperature x {TemperatureScale}");

    internal void Validate()
    {
        if (!(TemperatureScale > 0 && double.IsFinite(TemperatureScale))) throw new ArgumentException($"{nameof(TemperatureScale)} is {TemperatureScale}; expected more than 0.");
        if (!(SkippedShare >= 0 && Share > 0 && SkippedShare + Share <= 1))
            throw new ArgumentException($"{nameof(SkippedShare)} is {SkippedShare} and {nameof(Share)} {Share}; expected shares of the pairs, the second above 0, at most 1 together.");
    }
}
