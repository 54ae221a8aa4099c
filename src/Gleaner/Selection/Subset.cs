namespace Gleaner;

/// <summary>The images that were kept, in rank order, out of <paramref name="PoolSize"/>.</summary>
public sealed record Subset(IReadOnlyList<int> Indices, int PoolSize)
{
    /// <summary>How many images were kept.</summary>
    public int Count => Indices.Count;

    /// <summary>True for each image that was kept.</summary>
    public bool[] Mask()
    {
        var kept = new bool[PoolSize];
        foreach (int i in Indices) kept[i] = true;
        return kept;
    }
}
