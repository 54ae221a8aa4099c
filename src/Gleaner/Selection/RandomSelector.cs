namespace Gleaner;

/// <summary>The baseline that every selector must beat: a random order without replacement, over the pool or within each class.</summary>
public static class RandomSelector
{
    /// <summary>All images in one random order. Images to keep are put first by <see cref="Ranking.WithFirst"/>.</summary>
    public static Ranking Rank(int images, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        int[] order = [.. Enumerable.Range(0, images)];
        new SplitMix64((ulong)(uint)seed).Shuffle(order);
        return new Ranking { Order = order };
    }

    /// <summary>Each class in a random order, then dealt so that any prefix is balanced over the classes. Images of <paramref name="keep"/> come first, in this order, and count for their class's share.</summary>
    public static Ranking RankBalanced(LatentPartition classes, int seed, int minPerClass = 0, IReadOnlyList<int>? keep = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        int[] first = [.. keep ?? []];
        var random = new SplitMix64((ulong)(uint)seed);
        var orders = new int[classes.Classes][];
        for (int k = 0; k < orders.Length; k++) random.Shuffle(orders[k] = classes.Members(k).ToArray());
        if (first.Length == 0) return Ranking.Interleave(orders, classes, minPerClass);

        var (kept, keptOf) = (first.ToHashSet(), first.ToLookup(classes.ClassOf));
        for (int k = 0; k < orders.Length; k++) orders[k] = [.. keptOf[k], .. orders[k].Where(i => !kept.Contains(i))];
        return Ranking.Interleave(orders, classes, minPerClass).WithFirst(first);
    }
}
