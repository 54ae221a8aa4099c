namespace Gleaner;

/// <summary>
/// Writes a Parquet file row by row. Schema and values are taken as they are stored, so whatever types, units and names a source has, its copy has too.
/// At most one row group is in memory.
/// </summary>
sealed class ParquetTableWriter : IDisposable
{
    /// <summary>Small enough that a reader of one image reads little, as Hugging Face advises.</summary>
    const int GroupRows = 1000, GroupBytes = 32 << 20;

    readonly Stream _stream;
    readonly IReadOnlyList<ReadOnlyMemory<byte>> _schema;
    readonly IReadOnlyDictionary<string, string> _metadata;
    readonly ParquetChunkWriter[] _columns;
    readonly MemoryStream _groups = new();
    readonly ThriftWriter _groupWriter;
    long _written, _rows;
    int _groupRows, _groupCount;

    /// <summary>Starts a file with these columns. <paramref name="schema"/> has the elements of the schema without the root, of which <paramref name="children"/> lie under the root.</summary>
    public ParquetTableWriter(Stream stream, IReadOnlyList<ParquetColumn> columns, IReadOnlyList<ReadOnlyMemory<byte>> schema, int children, IReadOnlyDictionary<string, string> metadata)
    {
        (_stream, _metadata) = (stream, metadata);
        using var root = new MemoryStream();
        new ThriftWriter(root).Begin().Text(4, "schema").I32(5, children).End();
        _schema = [root.ToArray(), .. schema];
        _columns = [.. columns.Select(column => new ParquetChunkWriter(column))];
        _groupWriter = new ThriftWriter(_groups);
        Write("PAR1"u8);
    }

    /// <summary>What is written, and what waits to be.</summary>
    public long Bytes => _written + _columns.Sum(column => column.Bytes);

    /// <summary>Adds a row: for each column how much of the way to the value is there, and the value if all is.</summary>
    public void Add(IEnumerable<(byte Level, ReadOnlyMemory<byte>? Value)> row)
    {
        int c = 0;
        foreach (var (level, value) in row) _columns[c++].Add(level, value);
        if (++_groupRows == GroupRows || _columns.Sum(column => column.Bytes) >= GroupBytes) EndGroup();
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        if (_groupRows > 0) EndGroup();
        using var footer = new MemoryStream();
        var writer = new ThriftWriter(footer).Begin().I32(1, 1).List(2, ThriftType.Struct, _schema.Count);
        foreach (var element in _schema) writer.Raw(element.Span);
        writer.I64(3, _rows).List(4, ThriftType.Struct, _groupCount).Raw(_groups.ToArray());
        if (_metadata.Count > 0)
        {
            writer.List(5, ThriftType.Struct, _metadata.Count);
            foreach (var (key, value) in _metadata) writer.Begin().Text(1, key).Text(2, value).End();
        }
        writer.Text(6, "Gleaner").End();
        Write(footer.ToArray());
        Write(BitConverter.GetBytes((int)footer.Length));
        Write("PAR1"u8);
    }

    void EndGroup()
    {
        long start = _written, unpacked = 0;
        _groupWriter.Begin().List(1, ThriftType.Struct, _columns.Length);
        foreach (var chunk in _columns)
        {
            chunk.EndPage();
            long offset = _written, bytes = chunk.Bytes;
            _groupWriter.Begin().I64(2, offset).Begin(3)
                .I32(1, (int)chunk.Column.Type).List(2, ThriftType.I32, 2).Number(0).Number(3)
                .List(3, ThriftType.Binary, chunk.Column.Path.Length);
            foreach (string part in chunk.Column.Path) _groupWriter.Text(part);
            _groupWriter.I32(4, chunk.Codec).I64(5, chunk.Values).I64(6, chunk.UnpackedBytes).I64(7, bytes).I64(9, offset).End().End();
            unpacked += chunk.UnpackedBytes;
            chunk.Flush(_stream);
            _written += bytes;
        }
        _groupWriter.I64(2, unpacked).I64(3, _groupRows).I64(5, start).I64(6, _written - start).End();
        _rows += _groupRows;
        _groupRows = 0;
        _groupCount++;
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _written += bytes.Length;
    }
}
