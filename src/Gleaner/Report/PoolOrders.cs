namespace Gleaner;

/// <summary>The rows of a run in order of each score, sorted once: four bytes a row and score.</summary>
sealed class PoolOrders
{
    readonly Dictionary<PoolSort, (int[] Rows, int Present)> _orders = [];

    public PoolOrders(ScoreTable scores)
    {
        var details = scores.Details!;
        _orders[PoolSort.Index] = Sorted([.. scores.Index.Select(i => (double)i)]);
        _orders[PoolSort.Rank] = Sorted(OrNaN(scores.Rank));
        _orders[PoolSort.Class] = Sorted(OrNaN(scores.Class));
        _orders[PoolSort.Gain] = Sorted([.. scores.Gain]);
        _orders[PoolSort.MeanSimilarity] = Sorted([.. scores.MeanSimilarity]);
        _orders[PoolSort.SimilaritySum] = Sorted([.. details.SimilaritySum]);
        _orders[PoolSort.NearestKeptSimilarity] = Sorted([.. details.NearestKeptSimilarity]);
    }

    /// <summary>Whether any image has this score.</summary>
    public bool Has(PoolSort sort) => _orders[sort].Present > 0;

    /// <summary>Every row, smallest first or, the other way round, largest first. Rows without the score come last either way.</summary>
    public int[] Rows(PoolSort sort, bool isDescending)
    {
        var (rows, present) = _orders[sort];
        if (!isDescending) return rows;
        int[] reversed = [.. rows];
        Array.Reverse(reversed, 0, present);
        return reversed;
    }

    static double[] OrNaN(List<int> values) => [.. values.Select(value => value == ScoreTable.None ? double.NaN : value)];

    static (int[] Rows, int Present) Sorted(double[] values)
    {
        int[] rows = new int[values.Length];
        int present = 0, missing = values.Length;
        for (int m = 0; m < values.Length; m++)
            if (!double.IsNaN(values[m]))
            {
                values[present] = values[m];
                rows[present++] = m;
            }
            else rows[--missing] = m;
        Array.Reverse(rows, present, rows.Length - present);
        var keys = values.AsSpan(0, present);
        MemoryExtensions.Sort(keys, rows.AsSpan(0, present));
        for (int first = 0, end; first < present; first = end) // ties go to the lowest row
        {
            for (end = first + 1; end < present && keys[end] == keys[first];) end++;
            if (end - first > 1) rows.AsSpan(first, end - first).Sort();
        }
        return (rows, present);
    }
}
