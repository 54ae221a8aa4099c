namespace Gleaner;

/// <summary>Every image of the pool in order, best first. A prefix is a subset, so smaller subsets lie inside larger ones. The scores are indexed by image.</summary>
public sealed record Ranking
{
    /// <summary>All n images, in rank order.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>The latent classes that were ranked, if the order used any.</summary>
    public LatentPartition? Classes { get; init; }

    /// <summary>What each image added to the objective of its class when it was taken; null if no objective was used.</summary>
    public IReadOnlyList<double>? Gains { get; init; }

    /// <summary>The sum of the similarities of each image to its class, itself included; null if no similarity was used.</summary>
    public IReadOnlyList<double>? SimilaritySums { get; init; }

    /// <summary>The mean similarity of each image to the others of its class (to itself if it is alone); null if no similarity was used.</summary>
    public IReadOnlyList<double>? MeanSimilarities { get; init; }

    /// <summary>The first images of the ranking, as many as <paramref name="budget"/> says.</summary>
    public Subset Take(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return new Subset([.. Order.Take(budget.Of(Order.Count))], Order.Count);
    }

    /// <summary>Deals the orders of the classes into one in which any prefix is balanced.</summary>
    internal static Ranking Interleave(int[][] orders, LatentPartition classes, int minPerClass)
    {
        var next = new int[orders.Length];
        int[] deal = ClassInterleaving.Deal(Array.ConvertAll(orders, order => order.Length), minPerClass);
        return new Ranking { Order = Array.ConvertAll(deal, k => orders[k][next[k]++]), Classes = classes };
    }
}
