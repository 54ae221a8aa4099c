using Parquet;
using Parquet.Schema;
using Xunit;

namespace Gleaner.Tests;

public sealed class ParquetEmbeddingsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("list-half.parquet")]
    [InlineData("list-float.parquet")]
    [InlineData("list-double.parquet")]
    [InlineData("fixed-size.parquet")]
    public void What_Arrow_wrote_in_three_row_groups_is_read(string file)
    {
        var matrix = EmbeddingFile.Read(EmbeddingFixture.At(file));

        Assert.Equal((5, 3), (matrix.Count, matrix.Dimension));
        Assert.Equal(EmbeddingFixture.Matrix, matrix.Values);
        Assert.Equal(matrix.Values, EmbeddingFile.Read(EmbeddingFixture.At(file), "embedding").Values);
    }

    [Fact]
    public void Null_and_empty_rows_become_NaN_and_are_listed_as_bad()
    {
        var matrix = EmbeddingFile.Read(EmbeddingFixture.At("holes.parquet"));

        Assert.Equal([1, 2, float.NaN, float.NaN, float.NaN, float.NaN, 3, float.NaN, 5, 6], matrix.Values);
        EmbeddingMatrix.Normalize(matrix.Values, matrix.Count, matrix.Dimension, out var bad);
        Assert.Equal([1, 2, 3], bad.Select(b => b.Index));
    }

    [Theory]
    [InlineData("ragged.parquet", null, "row 3 has 3 or more numbers; expected 2")]
    [InlineData("list-float.parquet", "key", "expected a list of float")]
    [InlineData("list-float.parquet", "x", "It holds: id Int64; key bytes; embedding list of Single.")]
    public void What_is_no_embedding_is_refused_with_a_way_out(string file, string? name, string hint)
    {
        var error = Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(EmbeddingFixture.At(file), name));

        Assert.StartsWith(EmbeddingFixture.At(file), error.Message);
        Assert.Contains(hint, error.Message);
    }

    [Fact]
    public async Task Two_list_columns_need_a_name()
    {
        var (first, second) = (new ListField("first", new DataField<float>("element")), new ListField("second", new DataField<double>("element")));
        var schema = new ParquetSchema(first, second);
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            using var group = writer.CreateRowGroup();
            int[] rows = [0, 1, 0, 1];
            int[] present = [.. Enumerable.Repeat(schema.DataFields[0].MaxDefinitionLevel, 4)];
            await group.WriteAllPartsAsync<float>(schema.DataFields[0], new float[] { 1, 2, 3, 4 }, present, rows, TestContext.Current.CancellationToken);
            await group.WriteAllPartsAsync<double>(schema.DataFields[1], new double[] { 5, 6, 7, 8 }, present, rows, TestContext.Current.CancellationToken);
            group.CompleteValidate();
        }
        string path = _folder.Write("two.parquet", stream.ToArray());

        Assert.Contains("--array NAME", Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(path)).Message);
        Assert.Equal([5, 6, 7, 8], EmbeddingFile.Read(path, "second").Values);
    }

    [Theory]
    [InlineData("list-float.parquet")]
    [InlineData("list-half.parquet")]
    public void Damage_before_the_footer_is_refused_or_read_and_nothing_else(string name)
    {
        // Changes in the footer can keep the library busy for ever; the reader then gives up after a minute, too long for a test.
        var valid = EmbeddingFixture.Bytes(name);
        int footer = BitConverter.ToInt32(valid, valid.Length - 8) + 8;

        Damage.Check(valid, bytes => EmbeddingFile.Read(_folder.Write("damaged.parquet", bytes)), valid.Length - footer);
    }
}
