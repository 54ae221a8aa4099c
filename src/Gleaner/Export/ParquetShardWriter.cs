using System.Text;

namespace Gleaner;

/// <summary>
/// A Parquet file as Hugging Face datasets reads it. Rows of a Parquet pool keep every column but lists, with its type, and what the file says of itself; other images
/// become <c>image: struct{bytes, path}</c>, <c>key</c> and, if the pool has labels, <c>label</c>.
/// </summary>
sealed class ParquetShardWriter : ShardWriter
{
    const int Required = 0, Optional = 1, Utf8 = 0;

    readonly ImagePool _pool;
    readonly ParquetColumn[] _columns;
    readonly ParquetTableWriter _table;

    public ParquetShardWriter(Stream stream, ImagePool pool)
    {
        _pool = pool;
        (_columns, _table) = pool is ParquetPool source ? LikeSource(stream, source) : New(stream, pool);
    }

    public override long Bytes => _table.Bytes;

    public override int Add(int index, string name)
    {
        var image = _pool.Encoded(index);
        _table.Add(_pool is ParquetPool source ? SourceRow(source, index, image.Bytes) : NewRow(index, ExportNames.WithExtension(name[(name.LastIndexOf('/') + 1)..], image.Extension), image.Bytes));
        return image.Bytes.Length;
    }

    public override void Dispose() => _table.Dispose();

    /// <summary>The columns of a pool that an export cannot keep: those with lists.</summary>
    public static string[] Dropped(ParquetPool source) => [.. source.Footer.Columns.Where(column => column.IsRepeated).Select(column => column.Name).Distinct()];

    static (ParquetColumn[], ParquetTableWriter) LikeSource(Stream stream, ParquetPool source)
    {
        string[] dropped = Dropped(source), names = [.. source.Footer.TopLevelNames.Distinct().Except(dropped)];
        ParquetColumn[] columns = [.. source.Footer.Columns.Where(column => names.Contains(column.Name))];
        var elements = source.Footer.SchemaElements.Skip(1).Where((_, i) => names.Contains(source.Footer.TopLevelNames[i]));
        var metadata = new Dictionary<string, string>(source.Footer.Metadata);
        if (dropped.Length > 0)
        {
            metadata.Remove("ARROW:schema");   // says again what the columns are
            metadata.Remove("pandas");
            if (source.Features is { } features) metadata[DatasetFeatures.MetadataName] = features.ToText(names);
        }
        return (columns, new ParquetTableWriter(stream, columns, [.. elements], names.Length, metadata));
    }

    IEnumerable<(byte, ReadOnlyMemory<byte>?)> SourceRow(ParquetPool source, int index, ReadOnlyMemory<byte> image) =>
        _columns.Select(column => column.Name == source.ImageName && column.IsBinary && column.Path is [_] or [_, "bytes"] ? ((byte)column.MaxDefinition, image) : source.Cell(index, column));

    static (ParquetColumn[], ParquetTableWriter) New(Stream stream, ImagePool pool)
    {
        bool hasLabels = pool.Labels is { } labels && labels.Any(label => label >= 0);
        var columns = new List<ParquetColumn>
        {
            new(0, ["image", "bytes"], ParquetType.ByteArray, 0, 2, false, false),
            new(1, ["image", "path"], ParquetType.ByteArray, 0, 2, false, true),
            new(2, ["key"], ParquetType.ByteArray, 0, 0, false, true),
        };
        var elements = new List<ReadOnlyMemory<byte>>
        {
            Element(w => w.I32(3, Optional).Text(4, "image").I32(5, 2)),
            Element(w => w.I32(1, (int)ParquetType.ByteArray).I32(3, Optional).Text(4, "bytes")),
            Element(w => w.I32(1, (int)ParquetType.ByteArray).I32(3, Optional).Text(4, "path").I32(6, Utf8).Begin(10).Begin(1).End().End()),
            Element(w => w.I32(1, (int)ParquetType.ByteArray).I32(3, Required).Text(4, "key").I32(6, Utf8).Begin(10).Begin(1).End().End()),
        };
        if (hasLabels)
        {
            columns.Add(new(3, ["label"], ParquetType.Int64, 0, 1, false, false));
            elements.Add(Element(w => w.I32(1, (int)ParquetType.Int64).I32(3, Optional).Text(4, "label")));
        }
        var metadata = new Dictionary<string, string> { [DatasetFeatures.MetadataName] = DatasetFeatures.For(hasLabels, pool.LabelNames).ToText(columns.Select(column => column.Name)) };
        return ([.. columns], new ParquetTableWriter(stream, columns, elements, hasLabels ? 3 : 2, metadata));
    }

    IEnumerable<(byte, ReadOnlyMemory<byte>?)> NewRow(int index, string path, ReadOnlyMemory<byte> image)
    {
        yield return (2, image);
        yield return (2, Encoding.UTF8.GetBytes(path));
        yield return (0, Encoding.UTF8.GetBytes(_pool.Key(index)));
        if (_columns.Length < 4) yield break;
        int label = _pool.Labels![index];
        if (label >= 0) yield return (1, BitConverter.GetBytes((long)label));
        else yield return (0, default(ReadOnlyMemory<byte>?));
    }

    static ReadOnlyMemory<byte> Element(Action<ThriftWriter> write)
    {
        using var bytes = new MemoryStream();
        var writer = new ThriftWriter(bytes).Begin();
        write(writer);
        writer.End();
        return bytes.ToArray();
    }
}
