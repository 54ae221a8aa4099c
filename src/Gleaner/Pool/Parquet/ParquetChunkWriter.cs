using System.Buffers.Binary;

namespace Gleaner;

/// <summary>Gathers the values of a column of a row group as plain pages of about a megabyte.</summary>
sealed class ParquetChunkWriter(ParquetColumn column)
{
    const int PageBytes = 1 << 20, PageValues = 20_000;

    readonly MemoryStream _pages = new(), _values = new();
    readonly List<byte> _levels = [];
    readonly List<bool> _bits = [];

    public ParquetColumn Column => column;

    /// <summary>Images are packed already; numbers and texts are packed with Snappy.</summary>
    public int Codec => column.IsBinary ? 0 : ParquetCodec.Snappy;

    public long Values { get; private set; }

    public long UnpackedBytes { get; private set; }

    public long Bytes => _pages.Length + _values.Length;

    /// <summary>Adds the value of a row, or that there is none and how much of the way to it is there.</summary>
    public void Add(byte level, ReadOnlyMemory<byte>? value)
    {
        _levels.Add(level);
        Values++;
        if (value is { } bytes)
        {
            if (column.Type == ParquetType.Boolean) _bits.Add(bytes.Span[0] != 0);
            else
            {
                if (column.Type == ParquetType.ByteArray) WriteInt32(_values, bytes.Length);
                _values.Write(bytes.Span);
            }
        }
        if (_values.Length >= PageBytes || _levels.Count >= PageValues) EndPage();
    }

    /// <summary>Writes all pages and begins anew.</summary>
    public void Flush(Stream target)
    {
        EndPage();
        _pages.WriteTo(target);
        _pages.SetLength(0);
        (Values, UnpackedBytes) = (0, 0);
    }

    /// <summary>Closes the page that is being filled.</summary>
    public void EndPage()
    {
        if (_levels.Count == 0) return;
        using var page = new MemoryStream();
        if (column.MaxDefinition > 0) WriteLevels(page);
        WriteBits(page);
        _values.WriteTo(page);
        byte[] unpacked = page.ToArray(), packed = Codec == 0 ? unpacked : Snappier.Snappy.CompressToArray(unpacked);
        long start = _pages.Length;
        new ThriftWriter(_pages).Begin()
            .I32(1, (int)ParquetPage.Content.Data).I32(2, unpacked.Length).I32(3, packed.Length)
            .Begin(5).I32(1, _levels.Count).I32(2, 0).I32(3, 3).I32(4, 3).End()   // values plain, levels in runs
            .End();
        UnpackedBytes += _pages.Length - start + unpacked.Length;
        _pages.Write(packed);
        _values.SetLength(0);
        _levels.Clear();
        _bits.Clear();
    }

    void WriteLevels(Stream page)
    {
        using var runs = new MemoryStream();
        for (int i = 0, next; i < _levels.Count; i = next)
        {
            for (next = i + 1; next < _levels.Count && _levels[next] == _levels[i];) next++;
            uint head = (uint)(next - i) << 1;
            for (; head >= 128; head >>= 7) runs.WriteByte((byte)(head | 128));
            runs.WriteByte((byte)head);
            runs.WriteByte(_levels[i]);
        }
        WriteInt32(page, (int)runs.Length);
        runs.WriteTo(page);
    }

    void WriteBits(Stream page)
    {
        for (int i = 0; i < _bits.Count; i += 8)
        {
            int bits = 0;
            for (int k = 0; k < 8 && i + k < _bits.Count; k++) bits |= _bits[i + k] ? 1 << k : 0;
            page.WriteByte((byte)bits);
        }
    }

    static void WriteInt32(Stream target, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        target.Write(bytes);
    }
}
