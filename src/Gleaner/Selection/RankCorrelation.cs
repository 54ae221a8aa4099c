namespace Gleaner;

/// <summary>How far two scores of the same things order them alike: 1 the same order, -1 the reverse, about 0 no relation. Null if there is no order to compare: fewer than two things, or all equal in one of the scores.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's rho: the correlation of the ranks, equal scores sharing the mean of theirs. O(n log n).</summary>
    public static double? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double[] a = MeanRanks(Checked(x, y)), b = MeanRanks([.. y]);
        double mean = (a.Length + 1) / 2.0, product = 0, squaresA = 0, squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            squaresA += (a[i] - mean) * (a[i] - mean);
            squaresB += (b[i] - mean) * (b[i] - mean);
        }
        return squaresA > 0 && squaresB > 0 ? Math.Clamp(product / Math.Sqrt(squaresA * squaresB), -1, 1) : null;
    }

    /// <summary>Kendall's tau-b: (concordant - discordant pairs) / sqrt(pairs untied in x * pairs untied in y). O(n log n).</summary>
    /// <remarks>Knight 1966: in the order of x, the discordant pairs are the exchanges that sort y.</remarks>
    public static double? KendallTauB(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double[] a = Checked(x, y);
        int[] order = [.. Enumerable.Range(0, a.Length)];
        Array.Sort(order, (i, j) => a[i] != a[j] ? a[i].CompareTo(a[j]) : y[i].CompareTo(y[j]));
        double[] sorted = Array.ConvertAll(order, i => y[i]);

        long pairs = (long)a.Length * (a.Length - 1) / 2;
        long tiedX = Ties(a.Length, k => a[order[k]] == a[order[k - 1]]);
        long tiedBoth = Ties(a.Length, k => a[order[k]] == a[order[k - 1]] && sorted[k] == sorted[k - 1]);
        long exchanges = SortCounting(sorted, new double[sorted.Length]);
        long tiedY = Ties(a.Length, k => sorted[k] == sorted[k - 1]);
        double untied = Math.Sqrt((double)(pairs - tiedX) * (pairs - tiedY));
        return untied > 0 ? Math.Clamp((pairs - tiedX - tiedY + tiedBoth - 2 * exchanges) / untied, -1, 1) : null;
    }

    static double[] Checked(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ArgumentException($"{x.Count} and {y.Count} scores; expected two of each thing.", nameof(y));
        if (x.Any(double.IsNaN) || y.Any(double.IsNaN)) throw new ArgumentException("A score is not a number, so it has no place in an order.", nameof(x));
        return [.. x];
    }

    static double[] MeanRanks(double[] scores)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(order, (i, j) => scores[i].CompareTo(scores[j]));
        var ranks = new double[scores.Length];
        for (int first = 0, end; first < order.Length; first = end)
        {
            for (end = first + 1; end < order.Length && scores[order[end]] == scores[order[first]];) end++;
            for (int k = first; k < end; k++) ranks[order[k]] = (first + 1 + end) / 2.0;
        }
        return ranks;
    }

    // Pairs within runs of equal neighbours.
    static long Ties(int count, Func<int, bool> equalsPrevious)
    {
        long pairs = 0, run = 0;
        for (int k = 1; k < count; k++) pairs += run = equalsPrevious(k) ? run + 1 : 0;
        return pairs;
    }

    static long SortCounting(Span<double> values, Span<double> space)
    {
        if (values.Length < 2) return 0;
        int half = values.Length / 2, left = 0, right = half;
        long exchanges = SortCounting(values[..half], space) + SortCounting(values[half..], space);
        for (int k = 0; k < values.Length; k++)
        {
            bool takesRight = right < values.Length && (left == half || values[right] < values[left]);
            if (takesRight) exchanges += half - left;
            space[k] = takesRight ? values[right++] : values[left++];
        }
        space[..values.Length].CopyTo(values);
        return exchanges;
    }
}
