namespace Gleaner;

/// <summary>How far two lists put the images that are in both into the same order.</summary>
/// <param name="Images">How many images are in both.</param>
/// <param name="Spearman">Spearman's rho of their places; null below two images.</param>
/// <param name="KendallTauB">Kendall's tau of their places; null below two images.</param>
public sealed record RankAgreement(int Images, double? Spearman, double? KendallTauB)
{
    /// <summary>Compares the places of the images; where a list repeats an image, its first place counts. O(n log n).</summary>
    public static RankAgreement Of(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var places = new Dictionary<int, int>(second.Count);
        for (int place = 0; place < second.Count; place++) places.TryAdd(second[place], place);
        int[] both = [.. first.Distinct().Where(places.ContainsKey)];
        double[] x = [.. Enumerable.Range(0, both.Length).Select(place => (double)place)], y = [.. both.Select(i => (double)places[i])];
        return new RankAgreement(both.Length, RankCorrelation.Spearman(x, y), RankCorrelation.KendallTauB(x, y));
    }
}
