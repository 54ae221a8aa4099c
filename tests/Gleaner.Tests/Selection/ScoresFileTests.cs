using System.Globalization;
using System.Text;
using Parquet;
using Xunit;

namespace Gleaner.Tests;

public sealed class ScoresFileTests
{
    static readonly ScoreRow[] Rows =
    [
        new(0, "a/b.png", 3, 1, 0.1, 12.5, 1d / 3, true, null, null, null),
        new(1, "=1+1, \"é\"\n", null, 0, null, null, null, false, 0, -0.25, 0),
        new(2, "c", 3, null, null, null, null, false, 0, 0.5, 0, "duplicate"),
    ];

    [Fact]
    public void The_csv_is_exact_and_no_key_is_a_formula()
    {
        using var stream = new MemoryStream();

        ScoresFile.WriteCsv(stream, Rows);

        Assert.Equal("""
            index,key,class,rank,gain,similarity_sum,mean_similarity,kept,nearest_kept,nearest_kept_similarity,duplicate_of,left_out
            0,a/b.png,3,1,0.1,12.5,0.3333333333333333,true,,,,
            1,"./=1+1, ""é""
            ",,0,,,,false,0,-0.25,0,
            2,c,3,,,,,false,0,0.5,0,duplicate

            """.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void The_csv_and_the_readers_do_not_depend_on_the_language()
    {
        using var here = new MemoryStream();
        using var there = new MemoryStream();
        using var folder = new TemporaryFolder();
        var before = CultureInfo.CurrentCulture;
        ScoresFile.WriteCsv(here, Rows);
        try
        {
            // Globalization is invariant here, so what German and Swedish do is set by hand.
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "\u2212");
            CultureInfo.CurrentCulture = other;
            ScoresFile.WriteCsv(there, Rows);
            Assert.Equal([-1, 7], IntegersFile.Read(folder.Write("x.CSV", "INDEX,CLUSTER\n0,-1\n1,7\n")));
            Assert.Equal(EmbeddingFixture.Matrix, EmbeddingFile.Read(EmbeddingFixture.At("stored.npz")).Values);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Equal(here.ToArray(), there.ToArray());
    }

    [Fact]
    public async Task The_parquet_file_holds_the_same_columns_and_the_same_bytes_each_time()
    {
        using var stream = new MemoryStream();
        using var again = new MemoryStream();

        ScoresFile.WriteParquet(stream, Rows);
        ScoresFile.WriteParquet(again, Rows);

        Assert.Equal(stream.ToArray(), again.ToArray());
        stream.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ScoresFile.Columns, reader.Schema.DataFields.Select(f => f.Name));
        using var group = reader.OpenRowGroupReader(0);
        var gain = new double?[3];
        var kept = new bool[3];
        var key = new string[3];
        var nearest = new long?[3];
        var rank = new long?[3];
        var leftOut = new string?[3];
        await group.ReadAsync<double>(reader.Schema.DataFields[4], gain, cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync<bool>(reader.Schema.DataFields[7], kept, cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync(reader.Schema.DataFields[1], key, cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync<long>(reader.Schema.DataFields[8], nearest, cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync<long>(reader.Schema.DataFields[3], rank, cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync(reader.Schema.DataFields[11], leftOut, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Rows.Select(r => r.Gain), gain);
        Assert.Equal(Rows.Select(r => r.Kept), kept);
        Assert.Equal(Rows.Select(r => r.Key), key);
        Assert.Equal(Rows.Select(r => r.NearestKept), nearest);
        Assert.Equal(Rows.Select(r => r.Rank), rank);
        Assert.Equal(Rows.Select(r => r.LeftOut), leftOut);
    }

    [Fact]
    public void Many_rows_are_written_in_groups_and_none_at_all_too()
    {
        using var stream = new MemoryStream();
        ScoresFile.WriteParquet(stream, Enumerable.Range(0, 300_000).Select(i => Rows[i % 2] with { Index = i }));
        Assert.True(stream.CanSeek && stream.Length > 0);

        using var empty = new MemoryStream();
        ScoresFile.WriteParquet(empty, []);
        Assert.True(empty.ToArray().AsSpan().EndsWith("PAR1"u8));
    }
}
