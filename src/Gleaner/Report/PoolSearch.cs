using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>Finds images of a run by class, state, rank and name, in order of any score. A million rows take some milliseconds; what was asked for lately is remembered.</summary>
sealed class PoolSearch
{
    const int Remembered = 8;

    readonly ScoreTable _scores;
    readonly ImageMarks _marks;
    readonly Lock _lock = new();
    readonly LinkedList<(PoolFilter Filter, int Version, int[] Rows)> _lately = new(); // the last one first

    public PoolSearch(ScoreTable scores, ImageMarks marks) => (_scores, _marks, Orders) = (scores, marks, new PoolOrders(scores));

    public PoolOrders Orders { get; }

    /// <summary>The rows of the scores that <paramref name="filter"/> asks for, in its order. They are shared: not to be changed.</summary>
    public int[] Find(PoolFilter filter)
    {
        int version = filter.UsesMarks ? _marks.Version : 0;
        lock (_lock)
        {
            for (var node = _lately.First; node is not null; node = node.Next)
            {
                if (node.Value.Filter != filter || node.Value.Version != version) continue;
                _lately.Remove(node);
                _lately.AddFirst(node);
                return node.Value.Rows;
            }
        }
        int[] rows = Rows(filter);
        lock (_lock)
        {
            _lately.AddFirst((filter, version, rows));
            if (_lately.Count > Remembered) _lately.RemoveLast();
        }
        return rows;
    }

    int[] Rows(PoolFilter filter)
    {
        int[] order = Orders.Rows(filter.Sort, filter.IsDescending);
        if (filter with { Sort = default, IsDescending = false } == new PoolFilter()) return order;
        bool[] isWanted = filter.Text.Length > 0 ? _scores.Details!.Names.Holding(filter.Text) : All();
        if (filter.Class is { } label) Narrow(_scores.Class, value => value == label);
        if (filter.FirstRank is not null || filter.LastRank is not null)
        {
            int first = filter.FirstRank ?? 0, last = filter.LastRank ?? int.MaxValue;
            Narrow(_scores.Rank, rank => rank >= first && rank <= last);
        }
        switch (filter.State)
        {
            case PoolState.Kept: Narrow(_scores.Kept, isKept => isKept); break;
            case PoolState.Dropped:
                Narrow(_scores.Kept, isKept => !isKept);
                Narrow(_scores.Rank, rank => rank != ScoreTable.None);
                break;
            case PoolState.LeftOut: Narrow(_scores.Rank, rank => rank == ScoreTable.None); break;
            case PoolState.Marked or PoolState.MarkedKeep or PoolState.MarkedExclude: _marks.Narrow(filter.State, isWanted); break;
        }
        var rows = new int[isWanted.AsSpan().Count(true)];
        int count = 0;
        foreach (int m in order)
            if (isWanted[m]) rows[count++] = m;
        return rows;

        void Narrow<T>(List<T> column, Func<T, bool> fits)
        {
            var values = CollectionsMarshal.AsSpan(column);
            for (int m = 0; m < values.Length; m++) isWanted[m] = isWanted[m] && fits(values[m]);
        }
    }

    bool[] All()
    {
        var all = new bool[_scores.Count];
        Array.Fill(all, true);
        return all;
    }
}
