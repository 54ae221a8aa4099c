namespace Gleaner;

/// <summary>What a ranking will cost, known before it starts from the class sizes alone: an estimate to warn by, not a promise.</summary>
/// <param name="MultiplyAdds">Multiplications with addition, all together.</param>
/// <param name="Longest">How many of them must run one after the other because they belong to one class.</param>
/// <param name="Bytes">Memory beyond the embedding itself.</param>
public sealed record RankingPlan(double MultiplyAdds, double Longest, long Bytes)
{
    /// <summary>Besides the product of two rows a pair costs the bookkeeping of a greedy step, about as long as so many multiply-adds (measured at d = 128).</summary>
    internal const int PerPair = 32;

    /// <summary>Seconds at <paramref name="rate"/> multiply-adds a second and thread.</summary>
    public double Seconds(double rate, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        return Math.Max(MultiplyAdds / threads, Longest) / rate;
    }

    /// <summary>
    /// The plan of a selector that ranks class by class: <paramref name="multiplyAdds"/> of each class size, and for the classes that are in
    /// work at once a copy of their rows, a packed copy and <paramref name="vectors"/> numbers an image.
    /// </summary>
    internal static RankingPlan OfClasses(LatentPartition classes, int dimension, int threads, Func<double, double> multiplyAdds, int vectors)
    {
        long[] sizes = [.. Enumerable.Range(0, classes.Classes).Select(k => (long)classes.Size(k)).OrderDescending()];
        long atOnce = sizes.Take(threads).Sum();
        return new RankingPlan(sizes.Sum(n => multiplyAdds(n)), multiplyAdds(sizes.FirstOrDefault()), atOnce * (2L * sizeof(float) * dimension + (long)sizeof(double) * vectors));
    }
}
