namespace Gleaner;

/// <summary>What a <c>scores.csv</c> says of each image beside the numbers that a report needs: names, why it was left out, and further scores. Row m is row m of the <see cref="ScoreTable"/>.</summary>
sealed class ScoreDetails
{
    readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);

    public NameTable Names { get; } = new();

    /// <summary>Empty for images that were ranked.</summary>
    public List<string> LeftOut { get; } = [];

    public List<double> SimilaritySum { get; } = [];
    public List<int> NearestKept { get; } = [];
    public List<double> NearestKeptSimilarity { get; } = [];

    public void Add(string name, string leftOut, double similaritySum, int nearestKept, double nearestKeptSimilarity)
    {
        Names.Add(name);
        if (!_reasons.TryGetValue(leftOut, out string? reason)) _reasons[leftOut] = reason = leftOut; // a million rows, a handful of texts
        LeftOut.Add(reason);
        SimilaritySum.Add(similaritySum);
        NearestKept.Add(nearestKept);
        NearestKeptSimilarity.Add(nearestKeptSimilarity);
    }
}
