namespace Gleaner;

/// <summary>A page of a column as its header describes it, and where its bytes begin.</summary>
readonly record struct ParquetPage
{
    const int UsualHeader = 1 << 9, LargestHeader = 1 << 20;

    // A page is about a megabyte, and images are packed already; what claims much more for its bytes is damaged, or made to exhaust memory.
    const int AlwaysAllowed = 4 << 20, LargestRatio = 100;

    public enum Content
    {
        Data, Index, Dictionary, DataVersion2,
    }

    public Content Kind { get; private init; }
    public long Offset { get; private init; }
    public int Packed { get; private init; }
    public int Unpacked { get; private init; }
    public int Values { get; private init; }

    /// <summary>As Parquet numbers them: 0 plain, 2 and 8 dictionary, 3 runs.</summary>
    public int Encoding { get; private init; }

    /// <summary>Of version 2, whose levels stand before the values and are never packed.</summary>
    public int LevelBytes { get; private init; }
    public bool IsPacked { get; private init; }

    public bool HoldsRows => Kind is Content.Data or Content.DataVersion2;

    public long End => Offset + Packed;

    /// <summary>Reads the header at <paramref name="offset"/> of a page that ends before <paramref name="end"/>.</summary>
    public static ParquetPage Read(DataFile file, long offset, long end)
    {
        for (int length = UsualHeader; ; length *= 8)
        {
            var bytes = new byte[Math.Min(length, end - offset)];
            file.Read(offset, bytes);
            try
            {
                return Parse(bytes, offset, end);
            }
            catch (InvalidDataException) when (bytes.Length == length && length < LargestHeader)
            {
                // statistics can make it longer
            }
        }
    }

    static ParquetPage Parse(ReadOnlySpan<byte> bytes, long offset, long end)
    {
        var page = new ParquetPage { IsPacked = true };
        var reader = new ThriftReader(bytes);
        for (int id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): page = page with { Kind = (Content)reader.Count() }; break;
                case (2, ThriftType.I32): page = page with { Unpacked = reader.Count() }; break;
                case (3, ThriftType.I32): page = page with { Packed = reader.Count() }; break;
                case (5 or 7, ThriftType.Struct):   // a data page or a dictionary: values, then encoding
                    for (int field = 0; reader.NextField(ref field, out type);)
                    {
                        if ((field, type) == (1, ThriftType.I32)) page = page with { Values = reader.Count() };
                        else if ((field, type) == (2, ThriftType.I32)) page = page with { Encoding = reader.Count() };
                        else reader.Skip(type);
                    }
                    break;
                case (8, ThriftType.Struct): page = Version2(page, ref reader); break;
                default: reader.Skip(type); break;
            }
        }
        page = page with { Offset = offset + reader.Position };
        if (page.Kind is < Content.Data or > Content.DataVersion2) throw new InvalidDataException($"a page of kind {(int)page.Kind}");
        if (page.Packed > end - page.Offset) throw new InvalidDataException($"a page claims {page.Packed} bytes at byte {page.Offset}; its column ends at {end}");
        if (page.Unpacked > AlwaysAllowed + LargestRatio * (long)page.Packed)
            throw new InvalidDataException($"a page at byte {page.Offset} claims {page.Unpacked} bytes packed into {page.Packed}; it is damaged or made to exhaust memory");
        if (page.LevelBytes > Math.Min(page.Packed, page.Unpacked)) throw new InvalidDataException($"a page at byte {page.Offset} claims more levels than it has bytes");
        return page;
    }

    static ParquetPage Version2(ParquetPage page, ref ThriftReader reader)
    {
        long levels = 0;
        for (int id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): page = page with { Values = reader.Count() }; break;
                case (4, ThriftType.I32): page = page with { Encoding = reader.Count() }; break;
                case (5 or 6, ThriftType.I32): levels += reader.Count(); break;
                case (7, ThriftType.True or ThriftType.False): page = page with { IsPacked = type == ThriftType.True }; break;
                default: reader.Skip(type); break;
            }
        }
        return page with { LevelBytes = (int)Math.Min(levels, int.MaxValue) };
    }
}
