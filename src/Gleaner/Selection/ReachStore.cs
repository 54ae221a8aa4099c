namespace Gleaner;

/// <summary>
/// What <see cref="FacilityLocation"/> remembers of the row of each image: the list of the images that it may still improve, or, in <see cref="StandingGains"/>, of those
/// that may still improve it; or nothing.
/// Short lists are always kept; longer ones while a given number of bytes lasts. Lists lie one behind the other in pieces of memory that are not cleared first; what a
/// list no longer needs is not given back.
/// </summary>
internal sealed class ReachStore
{
    /// <summary>So many pairs of an image are always listed: about what is left of a row when 1 / 256 of the images is chosen. 2 KB.</summary>
    public const int Short = 256;

    /// <summary>What a pair takes.</summary>
    public const int PairBytes = 8;

    /// <summary>Pairs of one piece of memory, unless all lists need less: 32 MB, of which what is not used is never touched.</summary>
    const int Piece = 1 << 22;

    readonly ArraySegment<Neighbour>[] _lists; // no array: nothing is remembered
    readonly Lock _lock = new();
    ArraySegment<Neighbour> _free = ArraySegment<Neighbour>.Empty;
    long _room;

    /// <summary>A store for <paramref name="count"/> images with <paramref name="room"/> bytes for lists that are not short; none is longer than <paramref name="longest"/>, unless that is short.</summary>
    public ReachStore(int count, long room, int longest) => (_lists, _room, Longest) = (new ArraySegment<Neighbour>[count], room, Math.Max(Short, longest));

    /// <summary>The most pairs of a list.</summary>
    public int Longest { get; }

    /// <summary>Whether the gain of an image can be had without making its row.</summary>
    public bool Has(int e) => _lists[e].Array is not null;

    /// <summary>The list of an image that has one.</summary>
    public Span<Neighbour> List(int e) => _lists[e];

    /// <summary>The list of an image; false if there is none.</summary>
    public bool TryList(int e, out Span<Neighbour> list)
    {
        list = _lists[e];
        return Has(e);
    }

    /// <summary>Remembers the list of an image.</summary>
    public void Put(int e, Neighbour[] list) => _lists[e] = list;

    /// <summary>The list of an image has its <paramref name="count"/> entries at the front now.</summary>
    public void Shorten(int e, int count) => _lists[e] = _lists[e][..count];

    /// <summary>Remembers of a row what there is room for; <paramref name="above"/> of its similarities are above <paramref name="covered"/>, m.</summary>
    public void Keep(int e, ReadOnlySpan<float> row, ReadOnlySpan<float> covered, int above)
    {
        if (!HasRoom(above)) return;
        var list = Reserve(above);
        Coverage.List(row, covered, list);
        _lists[e] = list;
    }

    /// <summary>Remembers a copy of a list if there is room for it.</summary>
    public void Keep(int e, ReadOnlySpan<Neighbour> above)
    {
        if (!HasRoom(above.Length)) return;
        var list = Reserve(above.Length);
        above.CopyTo(list);
        _lists[e] = list;
    }

    bool HasRoom(int pairs)
    {
        if (pairs > Longest) return false;
        if (pairs <= Short || Interlocked.Add(ref _room, -PairBytes * (long)pairs) >= 0) return true;
        Interlocked.Add(ref _room, PairBytes * (long)pairs);
        return false;
    }

    ArraySegment<Neighbour> Reserve(int pairs)
    {
        lock (_lock)
        {
            if (_free.Count < pairs) _free = LargeArray.Allocate<Neighbour>(Math.Max(pairs, (int)Math.Min(Piece, _lists.Length * (long)Longest)));
            var list = _free[..pairs];
            _free = _free[pairs..];
            return list;
        }
    }
}
