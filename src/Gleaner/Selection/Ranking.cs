namespace Gleaner;

/// <summary>Every image of the pool in order, best first. A prefix is a subset, so smaller subsets lie inside larger ones. The scores are indexed by image.</summary>
public sealed record Ranking
{
    /// <summary>The ranked images, in rank order: all n of the pool unless some were left out.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>n, how many images the pool has, those that were left out included.</summary>
    public int PoolSize { get => field == 0 ? Order.Count : field; init; }

    /// <summary>The latent classes that were ranked, if the order used any.</summary>
    public LatentPartition? Classes { get; init; }

    /// <summary>What each image added to the objective of its class when it was taken; null if no objective was used.</summary>
    public IReadOnlyList<double>? Gains { get; init; }

    /// <summary>The sum of the similarities of each image to its class, itself included; null if no similarity was used.</summary>
    public IReadOnlyList<double>? SimilaritySums { get; init; }

    /// <summary>The mean similarity of each image to the others of its class (to itself if it is alone); null if no similarity was used.</summary>
    public IReadOnlyList<double>? MeanSimilarities { get; init; }

    /// <summary>The first images of the ranking, as many as <paramref name="budget"/> says of the whole pool.</summary>
    /// <exception cref="ArgumentException">More images are asked for than are ranked.</exception>
    public Subset Take(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        int count = budget.Of(PoolSize);
        if (count > Order.Count)
            throw new ArgumentException($"Budget asks for {count} of {PoolSize} images; {Order.Count} are ranked, the others were left out.", nameof(budget));
        return new Subset([.. Order.Take(count)], PoolSize);
    }

    /// <summary>The same ranking with <paramref name="first"/> in front, in that order.</summary>
    /// <exception cref="ArgumentException">They are not different images of the ranking.</exception>
    public Ranking WithFirst(IReadOnlyList<int> first)
    {
        if (CheckKeep(first, PoolSize).Length == 0) return this;
        var moved = first.ToHashSet();
        int[] order = [.. first, .. Order.Where(i => !moved.Contains(i))];
        return order.Length == Order.Count ? this with { Order = order }
            : throw new ArgumentException("An image to keep was left out of the ranking.", nameof(first));
    }

    /// <summary>Tells a ranking of some images of a pool in the pool's numbers: image j of this ranking is image <paramref name="images"/>[j] of <paramref name="classes"/>' pool. Scores of the others are NaN.</summary>
    public Ranking Within(IReadOnlyList<int> images, LatentPartition? classes, int poolSize)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count != PoolSize) throw new ArgumentException($"{images.Count} images; the ranking is one of {PoolSize}.", nameof(images));
        IReadOnlyList<double>? Spread(IReadOnlyList<double>? scores)
        {
            if (scores is null) return null;
            var all = new double[poolSize];
            Array.Fill(all, double.NaN);
            for (int j = 0; j < images.Count; j++) all[images[j]] = scores[j];
            return all;
        }
        return new Ranking
        {
            Order = [.. Order.Select(j => images[j])], PoolSize = poolSize, Classes = classes,
            Gains = Spread(Gains), SimilaritySums = Spread(SimilaritySums), MeanSimilarities = Spread(MeanSimilarities),
        };
    }

    /// <summary>A list of different images of 0..<paramref name="images"/>-1 as an array; null is the empty list.</summary>
    internal static int[] CheckKeep(IReadOnlyList<int>? keep, int images)
    {
        if (keep is null) return [];
        var seen = new HashSet<int>(keep.Count);
        foreach (int i in keep)
        {
            if (i < 0 || i >= images) throw new ArgumentException($"Image {i} is to be kept; expected 0 to {images - 1}.", nameof(keep));
            if (!seen.Add(i)) throw new ArgumentException($"Image {i} is to be kept twice; expected different images.", nameof(keep));
        }
        return [.. keep];
    }

    /// <summary>Deals the orders of the classes into one in which any prefix is balanced.</summary>
    internal static Ranking Interleave(int[][] orders, LatentPartition classes, int minPerClass)
    {
        var next = new int[orders.Length];
        int[] deal = ClassInterleaving.Deal(Array.ConvertAll(orders, order => order.Length), minPerClass);
        return new Ranking { Order = Array.ConvertAll(deal, k => orders[k][next[k]++]), Classes = classes };
    }
}
