namespace Gleaner;

/// <summary>One K that was tried.</summary>
/// <param name="Classes">K.</param>
/// <param name="Inertia">Mean squared distance of a row to its centroid.</param>
/// <param name="Silhouette">How clearly rows lie in their classes, 0 to 1.</param>
/// <param name="ReferenceSilhouette">The same in clouds that have no classes.</param>
/// <param name="SmallestClass">Rows of the smallest class.</param>
public sealed record ClassCountTrial(int Classes, double Inertia, double Silhouette, double ReferenceSilhouette, int SmallestClass)
{
    /// <summary>What the classes explain beyond a cloud's.</summary>
    public double Excess => Silhouette - ReferenceSilhouette;
}
