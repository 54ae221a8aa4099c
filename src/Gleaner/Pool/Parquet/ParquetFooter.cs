using System.Text;

namespace Gleaner;

/// <summary>What the end of a Parquet file says about it. Every number is checked against the bytes that are there before anything is made of it.</summary>
/// <remarks>https://github.com/apache/parquet-format, parquet.thrift. Numbers of fields are those of that file.</remarks>
sealed class ParquetFooter
{
    const int MostFooterBytes = 64 << 20;

    readonly List<ParquetColumn> _columns = [];
    readonly List<ParquetGroup> _groups = [];
    readonly List<Range> _elements = [];
    readonly Dictionary<string, string> _metadata = [];
    readonly byte[] _bytes;
    readonly long _dataBytes;

    ParquetFooter(byte[] bytes, long dataBytes)
    {
        (_bytes, _dataBytes) = (bytes, dataBytes);
        var reader = new ThriftReader(bytes);
        long rows = 0;
        for (int id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id, type)
            {
                case (2, ThriftType.List): ReadSchema(ref reader); break;
                case (3, ThriftType.I64): rows = reader.Integer(); break;
                case (4, ThriftType.List): ReadGroups(ref reader); break;
                case (5, ThriftType.List): ReadMetadata(ref reader); break;
                default: reader.Skip(type); break;
            }
        }
        if (rows != Rows) throw new InvalidDataException($"claims {rows} rows; its row groups have {Rows}");
    }

    public IReadOnlyList<ParquetColumn> Columns => _columns;

    public IReadOnlyList<ParquetGroup> Groups => _groups;

    /// <summary>Texts by name: pyarrow's schema, datasets' features, and what else a program has left.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public int Rows => _groups.Count == 0 ? 0 : _groups[^1].FirstRow + _groups[^1].Rows;

    /// <summary>The schema's elements as they are written, in order, the root first.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> SchemaElements => _elements.Select(element => (ReadOnlyMemory<byte>)_bytes.AsMemory(element));

    /// <summary>For each element of the schema but the root, the outermost name that it belongs to.</summary>
    public IReadOnlyList<string> TopLevelNames { get; private set; } = [];

    /// <exception cref="InvalidDataException">It is no Parquet file, or a damaged one; the message is the reason, without a name.</exception>
    public static ParquetFooter Read(DataFile file)
    {
        const int tail = 8;
        if (file.Length < tail + 4) throw new InvalidDataException($"{file.Length} bytes; expected a Parquet file");
        Span<byte> end = stackalloc byte[tail];
        file.Read(file.Length - tail, end);
        if (end[4..].SequenceEqual("PARE"u8)) throw new InvalidDataException("is an encrypted Parquet file; expected one without encryption");
        if (!end[4..].SequenceEqual("PAR1"u8)) throw new InvalidDataException("does not end like a Parquet file (PAR1): it is cut off, or something else");
        uint length = BitConverter.ToUInt32(end);
        if (length > Math.Min(MostFooterBytes, file.Length - tail - 4))
            throw new InvalidDataException($"claims a footer of {length} bytes in a file of {file.Length}; expected less than the file has, and at most {MostFooterBytes >> 20} MiB");
        var bytes = new byte[length];
        file.Read(file.Length - tail - length, bytes);
        return new ParquetFooter(bytes, file.Length - tail - length);
    }

    void ReadSchema(ref ThriftReader reader)
    {
        int count = reader.List(out _);
        var nodes = new List<(string Name, ParquetColumn? Column, int Children, int Repetition)>();
        for (int i = 0; i < count; i++)
        {
            int start = reader.Position;
            nodes.Add(ReadElement(ref reader));
            _elements.Add(start..reader.Position);
        }
        int next = 1;
        var path = new List<string>();
        var names = new List<string>();
        if (nodes.Count > 0) Children(nodes[0].Children, 0, false);
        if (next != nodes.Count) throw new InvalidDataException($"its schema has {nodes.Count} elements, of which {next} belong to it");
        TopLevelNames = names;

        void Children(int many, int definition, bool repeated)
        {
            if (path.Count > 32) throw new InvalidDataException("its schema is nested without end");
            for (; many > 0; many--)
            {
                if (next >= nodes.Count) throw new InvalidDataException("its schema claims more elements than it has");
                var (name, column, children, repetition) = nodes[next++];
                path.Add(name);
                names.Add(path[0]);
                int level = definition + (repetition == 0 ? 0 : 1);
                if (column is null) Children(children, level, repeated || repetition == 2);
                else _columns.Add(column with { Index = _columns.Count, Path = [.. path], MaxDefinition = level, IsRepeated = repeated || repetition == 2 });
                path.RemoveAt(path.Count - 1);
            }
        }
    }

    static (string Name, ParquetColumn? Column, int Children, int Repetition) ReadElement(ref ThriftReader reader)
    {
        string name = "";
        int type = -1, length = 0, repetition = 0, children = 0, converted = -1, logical = 0;
        for (int id = 0; reader.NextField(ref id, out var kind);)
        {
            switch (id, kind)
            {
                case (1, ThriftType.I32): type = reader.Count(); break;
                case (2, ThriftType.I32): length = reader.Count(); break;
                case (3, ThriftType.I32): repetition = reader.Count(); break;
                case (4, ThriftType.Binary): name = Encoding.UTF8.GetString(reader.Binary()); break;
                case (5, ThriftType.I32): children = reader.Count(); break;
                case (6, ThriftType.I32): converted = reader.Count(); break;
                case (10, ThriftType.Struct):   // a union: the number of its only field says which
                    for (int field = 0; reader.NextField(ref field, out var inner); logical = field) reader.Skip(inner);
                    break;
                default: reader.Skip(kind); break;
            }
        }
        bool isText = converted is 0 or 4 or 19 || logical is 1 or 4 or 12;   // UTF8, ENUM, JSON
        if (children > 0 || type < 0) return (name, null, children, repetition);
        if (!Enum.IsDefined((ParquetType)type)) throw new InvalidDataException($"column {name} is of type {type}, which is none of Parquet's");
        return (name, new ParquetColumn(0, [], (ParquetType)type, length, 0, false, isText), 0, repetition);
    }

    void ReadGroups(ref ThriftReader reader)
    {
        long first = 0;
        for (int left = reader.List(out _); left > 0; left--)
        {
            long rows = 0;
            ParquetChunk[] chunks = [];
            for (int id = 0; reader.NextField(ref id, out var type);)
            {
                if ((id, type) == (1, ThriftType.List))
                {
                    chunks = new ParquetChunk[reader.List(out _)];
                    for (int c = 0; c < chunks.Length; c++) chunks[c] = ReadChunk(ref reader);
                }
                else if ((id, type) == (3, ThriftType.I64)) rows = reader.Integer();
                else reader.Skip(type);
            }
            string where = $"row group {_groups.Count}";
            if (chunks.Length != _columns.Count) throw new InvalidDataException($"{where} has {chunks.Length} columns; the schema has {_columns.Count}");
            if (rows < 0 || first + rows > Array.MaxLength) throw new InvalidDataException($"{where} claims {rows} rows; expected from 0 to {Array.MaxLength} in a file");
            for (int c = 0; c < chunks.Length; c++)
            {
                var chunk = chunks[c];
                if (chunk.Offset < 4 || chunk.Length < 0 || chunk.Offset > _dataBytes || chunk.Length > _dataBytes - chunk.Offset)
                    throw new InvalidDataException($"{where}: column {_columns[c]} claims {chunk.Length} bytes at byte {chunk.Offset}; the file's data end at {_dataBytes}");
                if (!_columns[c].IsRepeated && chunk.Values != rows) throw new InvalidDataException($"{where}: column {_columns[c]} claims {chunk.Values} values for {rows} rows");
            }
            if (rows > 0) _groups.Add(new ParquetGroup((int)first, (int)rows, chunks));
            first += rows;
        }
    }

    static ParquetChunk ReadChunk(ref ThriftReader reader)
    {
        long values = -1, length = -1, data = 0, dictionary = 0;
        int codec = 0;
        for (int id = 0; reader.NextField(ref id, out var type);)
        {
            if ((id, type) == (1, ThriftType.Binary)) throw new InvalidDataException("its columns lie in other files; expected one file");
            if ((id, type) != (3, ThriftType.Struct))
            {
                reader.Skip(type);
                continue;
            }
            for (int field = 0; reader.NextField(ref field, out type);)
            {
                switch (field, type)
                {
                    case (4, ThriftType.I32): codec = reader.Count(); break;
                    case (5, ThriftType.I64): values = reader.Integer(); break;
                    case (7, ThriftType.I64): length = reader.Integer(); break;
                    case (9, ThriftType.I64): data = reader.Integer(); break;
                    case (11, ThriftType.I64): dictionary = reader.Integer(); break;
                    default: reader.Skip(type); break;
                }
            }
        }
        return new ParquetChunk(dictionary > 0 && dictionary < data ? dictionary : data, length, codec, values);
    }

    void ReadMetadata(ref ThriftReader reader)
    {
        for (int left = reader.List(out _); left > 0; left--)
        {
            string key = "", value = "";
            for (int id = 0; reader.NextField(ref id, out var type);)
            {
                if ((id, type) == (1, ThriftType.Binary)) key = Encoding.UTF8.GetString(reader.Binary());
                else if ((id, type) == (2, ThriftType.Binary)) value = Encoding.UTF8.GetString(reader.Binary());
                else reader.Skip(type);
            }
            _metadata[key] = value;
        }
    }
}
