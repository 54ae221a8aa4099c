namespace Gleaner;

/// <summary>A pool without its duplicates: every image either stays or is removed.</summary>
/// <param name="Retained">The images that stay, ascending.</param>
/// <param name="Removed">The others, ascending, each with the image that stands for it.</param>
public sealed record Deduplication(IReadOnlyList<int> Retained, IReadOnlyList<Duplicate> Removed)
{
    /// <summary>n, how many images there were.</summary>
    public int PoolSize => Retained.Count + Removed.Count;

    /// <summary>For each image the one that stands for it, -1 for those that stay.</summary>
    internal static Deduplication Of(int[] duplicateOf, Func<int, float> similarity)
    {
        var images = Enumerable.Range(0, duplicateOf.Length);
        return new Deduplication([.. images.Where(i => duplicateOf[i] < 0)], [.. images.Where(i => duplicateOf[i] >= 0).Select(i => new Duplicate(i, duplicateOf[i], similarity(i)))]);
    }
}
