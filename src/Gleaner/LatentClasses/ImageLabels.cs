namespace Gleaner;

/// <summary>Labels of some images of a pool.</summary>
/// <param name="Images">Indices of the pool's listing, in the order of the file.</param>
/// <param name="Labels">The label of each, 0 or more.</param>
/// <param name="Names">The text that label k stands for, in ordinal order; null if labels were given as whole numbers.</param>
public sealed record ImageLabels(IReadOnlyList<int> Images, IReadOnlyList<int> Labels, IReadOnlyList<string>? Names)
{
    /// <summary>How people read a label.</summary>
    public string Name(int label) => Names is null ? label.ToString(System.Globalization.CultureInfo.InvariantCulture) : Names[label];
}
