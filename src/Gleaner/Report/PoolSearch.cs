using System.Runtime.CompilerServices;
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
        bool[] isWanted = Wanted(filter);
        var rows = new int[isWanted.AsSpan().Count(true)];
        int count = 0;
        foreach (int m in order)
            if (isWanted[m]) rows[count++] = m;
        return rows;
    }

    // One pass over the columns: this is what a page of a large pool waits for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool[] Wanted(PoolFilter filter)
    {
        bool[]? holds = filter.Text.Length > 0 ? _scores.Details!.Names.Holding(filter.Text) : null;
        bool anyClass = filter.Class is null, mayBeUnranked = filter is { FirstRank: null, LastRank: null, State: not (PoolState.Dropped or PoolState.Kept) };
        bool mayBeKept = filter.State is not (PoolState.Dropped or PoolState.LeftOut), mayBeDropped = filter.State is not (PoolState.Kept or PoolState.LeftOut);
        int label = filter.Class ?? 0, first = filter.FirstRank ?? 0, last = filter.LastRank ?? int.MaxValue;
        Span<int> classes = CollectionsMarshal.AsSpan(_scores.Class), ranks = CollectionsMarshal.AsSpan(_scores.Rank);
        var kept = CollectionsMarshal.AsSpan(_scores.Kept);
        bool[] isWanted = holds ?? new bool[_scores.Count];
        for (int m = 0; m < isWanted.Length; m++)
            isWanted[m] = (holds is null || holds[m]) && (anyClass || classes[m] == label)
                && (ranks[m] == ScoreTable.None ? mayBeUnranked : ranks[m] >= first && ranks[m] <= last && (kept[m] ? mayBeKept : mayBeDropped));
        if (filter.UsesMarks) _marks.Narrow(filter.State, isWanted);
        return isWanted;
    }
}
