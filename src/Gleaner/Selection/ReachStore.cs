namespace Gleaner;

/// <summary>
/// What <see cref="FacilityLocation"/> remembers of the row of each image: the list of the images that it may still improve, or the row itself, or nothing.
/// Short lists are always kept; longer ones and rows, which are there to be made on demand otherwise, while a given number of bytes lasts.
/// </summary>
internal sealed class ReachStore
{
    /// <summary>So many pairs of an image are always listed: about what is left of a row when 1 / 256 of the images is chosen. 2 KB.</summary>
    public const int Short = 256;

    readonly Neighbour[]?[] _lists;
    readonly int[] _counts;
    readonly float[]?[] _rows;
    long _room;

    /// <summary>A store for <paramref name="count"/> images; 0 bytes of <paramref name="room"/> for rows that cost nothing to get.</summary>
    public ReachStore(int count, long room) => (_lists, _counts, _rows, _room) = (new Neighbour[count][], new int[count], new float[count][], room);

    /// <summary>Whether all rows fit.</summary>
    public bool HoldsAllRows => Interlocked.Read(ref _room) >= RowBytes * _counts.Length;

    /// <summary>Whether the gain of an image can be had without making its row.</summary>
    public bool Has(int e) => _lists[e] is not null || _rows[e] is not null;

    /// <summary>The row of an image, empty if it is not remembered.</summary>
    public ReadOnlySpan<float> Row(int e) => _rows[e];

    /// <summary>The list of an image; false if there is none.</summary>
    public bool TryList(int e, out Span<Neighbour> list)
    {
        list = _lists[e].AsSpan(0, _counts[e]);
        return _lists[e] is not null;
    }

    /// <summary>Remembers the list of an image, and nothing else of it.</summary>
    public void Put(int e, Neighbour[] list)
    {
        Interlocked.Add(ref _room, Held(e) - Bytes(list.Length));
        (_lists[e], _counts[e], _rows[e]) = (list, list.Length, null);
    }

    /// <summary>The list of an image has its <paramref name="count"/> entries at the front now.</summary>
    public void Shorten(int e, int count)
    {
        _counts[e] = count;
        if (_lists[e] is { Length: > Short } list && count <= list.Length / 2) Put(e, list[..count]); // gives room back
    }

    /// <summary>Remembers of a row what there is room for; <paramref name="above"/> of its similarities are above <paramref name="covered"/>, m.</summary>
    public void Keep(int e, ReadOnlySpan<float> row, ReadOnlySpan<float> covered, int above)
    {
        bool listed = above <= Math.Max(Short, row.Length / 4); // reading a pair of a list costs several times what reading a similarity of a row does
        if (!listed && _rows[e] is not null) return;
        if ((listed ? Bytes(above) : RowBytes) - Held(e) > Interlocked.Read(ref _room)) return; // threads may overdraw by a row each
        if (listed)
        {
            var list = new Neighbour[above];
            Coverage.List(row, covered, list);
            Put(e, list);
        }
        else
        {
            Interlocked.Add(ref _room, -RowBytes);
            var kept = GC.AllocateUninitializedArray<float>(row.Length, pinned: true); // never moved: a gigabyte of rows is too much to compact
            row.CopyTo(kept);
            _rows[e] = kept;
        }
    }

    long RowBytes => sizeof(float) * (long)_counts.Length;

    static long Bytes(int listed) => listed <= Short ? 0 : 8L * listed;

    long Held(int e) => _rows[e] is not null ? RowBytes : _lists[e] is { } list ? Bytes(list.Length) : 0;
}
