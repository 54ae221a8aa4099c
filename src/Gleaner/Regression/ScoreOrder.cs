namespace Gleaner;

/// <summary>Which class scores highest; the lowest class wins among equals.</summary>
static class ScoreOrder
{
    /// <summary>How many classes come before <paramref name="own"/>: those with a higher score, and the lower ones of those with the same. A score that is no number comes last, so that it is never right by chance.</summary>
    public static int PlaceOf(int own, ReadOnlySpan<double> scores)
    {
        int place = 0;
        for (int k = 0; k < scores.Length; k++)
            if (k != own && !(scores[k] < scores[own] || scores[k] == scores[own] && k > own || double.IsNaN(scores[k]) && !double.IsNaN(scores[own]))) place++;
        return place;
    }

    /// <summary>The class of place 0.</summary>
    public static int First(ReadOnlySpan<double> scores)
    {
        int first = 0;
        for (int k = 1; k < scores.Length; k++)
            if (scores[k] > scores[first] || double.IsNaN(scores[first]) && !double.IsNaN(scores[k])) first = k;
        return first;
    }
}
