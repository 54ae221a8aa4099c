namespace Gleaner;

/// <summary>What a ranking will cost, known before it starts from the class sizes alone: an estimate to warn by, not a promise.</summary>
/// <param name="MultiplyAdds">Multiplications with addition in products of rows, all together.</param>
/// <param name="Effort">The time of everything, as that of so many multiply-adds of rows that are multiplied one by one: in tiles they take less, and a pick's bookkeeping comes on top.</param>
/// <param name="Longest">How much of it one thread must do alone because it belongs to one class.</param>
/// <param name="Bytes">Memory beyond the embedding itself.</param>
public sealed record RankingPlan(double MultiplyAdds, double Effort, double Longest, long Bytes)
{
    /// <summary>Besides the product of two rows a pair costs the bookkeeping of a greedy step, about as long as so many multiply-adds (measured at d = 128).</summary>
    internal const int PerPair = 32;

    /// <summary>From so many images on, a class gets all threads to itself where its selector can use them; smaller ones run side by side.</summary>
    internal const int LargeClass = 4096;

    /// <summary>Seconds at <paramref name="rate"/> multiply-adds a second and thread.</summary>
    public double Seconds(double rate, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        return Math.Max(Effort / threads, Longest) / rate;
    }

    /// <summary>
    /// The plan of a selector that ranks class by class: <paramref name="multiplyAdds"/>, <paramref name="effort"/> and <paramref name="bytes"/> of each class size, and for the classes
    /// that are in work at once a copy of their rows and a packed copy, too. <paramref name="sharesThreads"/>: large classes come one after the other, with all threads.
    /// </summary>
    internal static RankingPlan OfClasses(LatentPartition classes, int dimension, int threads, bool sharesThreads, Func<double, double> multiplyAdds, Func<double, double> effort, Func<long, long> bytes)
    {
        long[] sizes = [.. Enumerable.Range(0, classes.Classes).Select(k => (long)classes.Size(k)).OrderDescending()];
        long[] alone = sharesThreads ? [.. sizes.Where(n => n < LargeClass)] : sizes;
        long Room(long n) => n * 2L * sizeof(float) * dimension + bytes(n);
        return new RankingPlan(sizes.Sum(n => multiplyAdds(n)), sizes.Sum(n => effort(n)), effort(alone.FirstOrDefault()), Math.Max(Room(sizes.FirstOrDefault()), alone.Take(threads).Sum(Room)));
    }
}
