using System.Buffers.Binary;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Gleaner;

/// <summary>Embeddings in a Parquet file: a column of lists of float16, float32 or float64, one list per image. Row groups are read one at a time.</summary>
static class ParquetEmbeddings
{
    /// <summary>Repeated numbers compress without end, embeddings do not: more numbers than that per byte of file is a header that lies.</summary>
    const long LargestRatio = 1000;

    /// <summary>A footer is a few kilobytes; this allows for a slow network drive.</summary>
    static readonly TimeSpan FooterTime = TimeSpan.FromSeconds(60);

    /// <summary>Reads the column of that name, or the only one that is a list of floating-point numbers. A row that is null or empty becomes NaN.</summary>
    public static EmbeddingFile.Matrix ReadMatrix(string path, string? name)
    {
        using var stream = new ParquetStream(File.OpenRead(path));
        try
        {
            return ReadAsync(stream, path, name).GetAwaiter().GetResult();
        }
        catch (NotImplementedException e)
        {
            throw new InvalidDataException($"{path}: lists in data pages of version 2; expected version 1. Write it with pyarrow.parquet.write_table(…, data_page_version=\"1.0\").", e);
        }
        // The library answers damage with exceptions of every kind, and none of them names the file.
        catch (Exception e) when (e is not InvalidDataException || !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: is damaged or no Parquet file that can be read: {e.Message}", e);
        }
    }

    static async Task<EmbeddingFile.Matrix> ReadAsync(Stream stream, string path, string? name)
    {
        await using var reader = await OpenAsync(stream, path);
        var (column, isHalf) = Choose(reader, path, name);
        string where = $"{path}[{column.Path.FirstPart}]";

        long count = 0, numbers = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            long inGroup = group.GetMetadata(column)?.MetaData?.NumValues ?? 0;
            if (group.RowCount < 0 || inGroup < group.RowCount || inGroup > Math.Min(stream.Length * LargestRatio, Array.MaxLength))
                throw new InvalidDataException($"{where}: row group {i} claims {group.RowCount} rows of {inGroup} numbers in {stream.Length} bytes of file; expected what fits. It is damaged or made to exhaust memory.");
            count += group.RowCount;
            numbers += inGroup;
        }

        var rows = new ListRows(column, count, Math.Max(numbers, 1) * LargestRatio, where);
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            int length = (int)group.GetMetadata(column)!.MetaData!.NumValues;
            var (repetition, definition) = (new int[length], new int[length]);
            var values = isHalf ? await ReadAsync<decimal>(group, column, repetition, definition, HalfOf)
                : column.ClrType == typeof(double) ? await ReadAsync<double>(group, column, repetition, definition, v => (float)v)
                : await ReadAsync<float>(group, column, repetition, definition, v => v);
            rows.Add(values, repetition, definition);
        }
        return rows.ToMatrix();
    }

    /// <summary>At some damage the library reads on for ever behind the footer's end. That cannot be stopped, but it can be left behind.</summary>
    static async Task<ParquetReader> OpenAsync(Stream stream, string path)
    {
        try
        {
            return await Task.Run(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true)).WaitAsync(FooterTime);
        }
        catch (TimeoutException e)
        {
            throw new InvalidDataException($"{path}: no end of the footer after {FooterTime.TotalSeconds} seconds; expected less than one. It is damaged; write it again.", e);
        }
    }

    static (DataField Column, bool IsHalf) Choose(ParquetReader reader, string path, string? name)
    {
        // The library refuses a whole file for one float16 column, so the two bytes of each number go through it as a decimal. Bytes would be the
        // plainer disguise, but its decoders write over references if a damaged page claims another encoding.
        var halves = new HashSet<SchemaElement>(ReferenceEqualityComparer.Instance);
        foreach (var element in reader.Metadata?.Schema ?? [])
        {
            if (element.LogicalType?.FLOAT16 is null) continue;
            (element.Precision, element.Scale) = (4, 0);
            element.LogicalType = new LogicalType { DECIMAL = new DecimalType { Precision = 4, Scale = 0 } };
            halves.Add(element);
        }

        bool IsHalf(DataField f) => f.SchemaElement is { } element && halves.Contains(element);
        var fields = reader.Schema.GetDataFields();
        var choices = fields.Select(f => new ArrayChoice(f.Path.FirstPart ?? f.Name,
            $"{(f.MaxRepetitionLevel == 0 ? "" : "list of ")}{(IsHalf(f) ? "Half" : f.ClrType.IsGenericType ? "bytes" : f.ClrType.Name)}",
            f.MaxRepetitionLevel == 1 && (IsHalf(f) || f.ClrType == typeof(float) || f.ClrType == typeof(double)))).ToArray();
        int chosen = ArrayChoice.Pick(choices, name, path);
        if (!choices[chosen].Fits)
            throw new InvalidDataException($"{path}[{name}]: {choices[chosen].Description}; expected a list of float, half or double per row.");
        return (fields[chosen], IsHalf(fields[chosen]));
    }

    /// <summary>The numbers that are not null, in buffers of our own: the library's are not cleared, so a file that is cut off would show what was in memory.</summary>
    static async Task<float[]> ReadAsync<T>(ParquetRowGroupReader group, DataField column, int[] repetition, int[] definition, Func<T, float> convert) where T : struct
    {
        var values = new T[definition.Length];
        await group.ReadRawAsync<T>(column, values, definition, repetition);
        return values as float[] ?? Array.ConvertAll(values, v => convert(v));
    }

    /// <summary>Undoes the disguise: a decimal is big-endian, a float16 little-endian.</summary>
    static float HalfOf(decimal disguised) => (float)BitConverter.Int16BitsToHalf(BinaryPrimitives.ReverseEndianness((short)disguised));
}
