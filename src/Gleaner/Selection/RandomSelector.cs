namespace Gleaner;

/// <summary>The baseline that every selector must beat: a random order without replacement, over the pool or within each class. Images to keep are put first by <see cref="Ranking.WithFirst"/>.</summary>
public static class RandomSelector
{
    /// <summary>All images in one random order.</summary>
    public static Ranking Rank(int images, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        int[] order = [.. Enumerable.Range(0, images)];
        new SplitMix64((ulong)(uint)seed).Shuffle(order);
        return new Ranking { Order = order };
    }

    /// <summary>Each class in a random order, then dealt so that any prefix is balanced over the classes.</summary>
    public static Ranking RankBalanced(LatentPartition classes, int seed, int minPerClass = 0)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var random = new SplitMix64((ulong)(uint)seed);
        var orders = new int[classes.Classes][];
        for (int k = 0; k < orders.Length; k++) random.Shuffle(orders[k] = classes.Members(k).ToArray());
        return Ranking.Interleave(orders, classes, minPerClass);
    }
}
