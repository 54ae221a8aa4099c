namespace Gleaner;

/// <summary>How many numbers fall between each two of equally spaced edges; the last bin holds its upper edge, so every number is counted once. NaN is no number and is left out.</summary>
sealed record Histogram(double Low, double High, IReadOnlyList<int> Counts)
{
    /// <summary>All numbers counted.</summary>
    public int Total => Counts.Sum();

    /// <summary>The lower edge of a bin; that of the bin after the last is the upper end.</summary>
    public double Edge(int bin) => Low + (High - Low) * bin / Counts.Count;

    /// <summary>Counts the numbers that lie from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static Histogram Of(IEnumerable<double> values, double low, double high, int bins)
    {
        var counts = new int[bins];
        foreach (double value in values)
            if (value >= low && value <= high) counts[Math.Clamp((int)((value - low) / (high - low) * bins), 0, bins - 1)]++;
        return new Histogram(low, high, counts);
    }
}
