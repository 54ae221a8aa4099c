using Parquet;
using Parquet.Schema;

namespace Gleaner;

/// <summary>The Parquet form of <see cref="ScoresFile"/>.</summary>
static class ScoresParquet
{
    /// <summary>Large enough to compress well, small enough that a million images need little memory.</summary>
    const int GroupRows = 1 << 17;

    static readonly Func<string, Field>[] Types =
    [
        n => new DataField<long>(n), n => new DataField<string>(n, nullable: false), n => new DataField<int?>(n), n => new DataField<long?>(n),
        n => new DataField<double?>(n), n => new DataField<double?>(n), n => new DataField<double?>(n), n => new DataField<bool>(n),
        n => new DataField<long?>(n), n => new DataField<double?>(n), n => new DataField<long?>(n), n => new DataField<string>(n, nullable: true),
    ];

    public static async Task WriteAsync(Stream stream, IEnumerable<ScoreRow> rows)
    {
        var schema = new ParquetSchema(Types.Zip(ScoresFile.Columns, (type, name) => type(name)));
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var chunk in rows.Chunk(GroupRows)) await WriteGroup(writer, schema.DataFields, chunk);
    }

    static async Task WriteGroup(ParquetWriter writer, DataField[] fields, ScoreRow[] rows)
    {
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<long>(fields[0], Column(r => r.Index));
        await group.WriteAsync(fields[1], Column(r => r.Key));
        await group.WriteAsync<int>(fields[2], Column(r => r.Class));
        await group.WriteAsync<long>(fields[3], Column(r => r.Rank));
        await group.WriteAsync<double>(fields[4], Column(r => r.Gain));
        await group.WriteAsync<double>(fields[5], Column(r => r.SimilaritySum));
        await group.WriteAsync<double>(fields[6], Column(r => r.MeanSimilarity));
        await group.WriteAsync<bool>(fields[7], Column(r => r.Kept));
        await group.WriteAsync<long>(fields[8], Column(r => r.NearestKept));
        await group.WriteAsync<double>(fields[9], Column(r => r.NearestKeptSimilarity));
        await group.WriteAsync<long>(fields[10], Column(r => r.DuplicateOf));
        await group.WriteAsync(fields[11], Column(r => r.LeftOut));

        T[] Column<T>(Func<ScoreRow, T> value) => Array.ConvertAll(rows, r => value(r));
    }
}
