namespace Gleaner;

/// <summary>How many of their images two arms of a comparison share at a budget.</summary>
/// <param name="Arm">The one arm.</param>
/// <param name="Other">The other.</param>
/// <param name="Budget">The budget's text.</param>
/// <param name="Images">How many images each chose.</param>
/// <param name="Shared">The share of them that both chose, 0 to 1; where an arm chooses anew for each seed, the mean over the seeds.</param>
public sealed record SubsetOverlap(string Arm, string Other, string Budget, int Images, double Shared)
{
    /// <summary>The share of a subset of so many images that another would hold by chance.</summary>
    public double ByChance(int pool) => (double)Images / pool;

    /// <summary>How far beyond chance the two agree: 0 as by chance, 1 for the same images (Cohen's kappa). 1 too where all of the pool is chosen.</summary>
    public double BeyondChance(int pool) => Images >= pool ? 1 : (Shared - ByChance(pool)) / (1 - ByChance(pool));
}
