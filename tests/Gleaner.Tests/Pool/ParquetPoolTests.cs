using System.Text;
using Xunit;

namespace Gleaner.Tests;

/// The fixtures were written by Arrow's C++ writer, as pyarrow writes: 23 images of 2 x 2 pixels, image i of grey level i, in three row groups of small pages.
public sealed class ParquetPoolTests : ImagePoolContract
{
    const int Rows = 23;

    public static TheoryData<string> Fixtures => ["snappy-dictionary.parquet", "zstd-plain.parquet", "gzip-version-2.parquet", "brotli-plain-version-2.parquet", "none.parquet"];

    static string At(string name) => TestData.InRepository("tests", "fixtures", "pool", name);

    protected override void WritePool() => MadePools.Parquet(Folder, "a.parquet", 7, "b.parquet", 5);

    protected override ImagePool OpenFolder() => ParquetPool.Open(Folder.Path);

    [Theory, MemberData(nameof(Fixtures))]
    public void What_Arrow_wrote_is_read(string name)
    {
        using var pool = ParquetPool.Open(At(name));

        Assert.Equal(Rows, pool.Count);
        Assert.Equal("images in Parquet (Hugging Face)", pool.Kind);
        Assert.Equal(["ant", "bee", "cat"], pool.LabelNames!);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => i == 9 ? -1 : i % 3), pool.Labels!);
        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal($"{name}#{i}", pool.Key(i));
            if (i is >= 3 and <= 6) continue;
            Assert.Equal(Enumerable.Repeat((byte)(i == 7 ? 2 : i), 12), Pixels(pool, i, 2));
            Assert.Equal("bmp", pool.Encoded(i).Extension);
        }
    }

    [Theory, MemberData(nameof(Fixtures))]
    public void An_image_without_bytes_is_read_from_its_path_but_never_from_outside(string name)
    {
        using var away = new TemporaryFolder();
        Folder.Write("in/pool.parquet", File.ReadAllBytes(At(name)));
        using var pool = ParquetPool.Open(Path.Combine(Folder.Path, "in"));

        Assert.Equal("is null", Reason(3));
        Assert.Equal("is gone, or has a name that cannot be opened", Reason(4));
        Folder.Write("in/beside/4.bmp", MadeImages.Png(3, 3));
        Folder.Write("outside.bmp", MadeImages.Png(3, 3));
        Assert.NotEmpty(Pixels(pool, 4, 2));
        Assert.Equal("has no bytes, and its path '../outside.bmp' leads out of the folder of the Parquet file", Reason(5));
        Assert.Equal("is null", Reason(6));

        string Reason(int index) => Assert.Throws<InvalidDataException>(() => Pixels(pool, index, 2)).Message;
    }

    [Theory, MemberData(nameof(Fixtures))]
    public void Every_kind_of_value_is_read_as_Arrow_wrote_it(string name)
    {
        using var pool = ParquetPool.Open(At(name));
        var columns = pool.Footer.Columns.ToDictionary(column => string.Join('.', column.Path));

        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal(i / 4.0, BitConverter.ToDouble(pool.Cell(i, columns["score"]).Value!.Value.Span));
            Assert.Equal(i % 5 == 4 ? "null" : $"{i % 2 == 0}", pool.Cell(i, columns["good"]).Value is { } good ? $"{good.Span[0] == 1}" : "null");
            Assert.Equal(new DateTime(2020, 1, 1 + i).Subtract(DateTime.UnixEpoch).Days, BitConverter.ToInt32(pool.Cell(i, columns["day"]).Value!.Value.Span));
            Assert.Equal(i % 4 == 1 ? null : $"note {i}", pool.Cell(i, columns["note"]).Value is { } note ? Encoding.UTF8.GetString(note.Span) : null);
            Assert.Equal(i switch { 3 => (byte)0, 4 or 5 or 6 => (byte)1, _ => (byte)2 }, pool.Cell(i, columns["image.bytes"]).Level);
        }
    }

    [Fact]
    public void Files_follow_in_order_and_keys_are_file_and_row()
    {
        using var pool = Open();

        Assert.Equal([.. Enumerable.Range(0, 7).Select(i => $"a.parquet#{i}"), .. Enumerable.Range(0, 5).Select(i => $"b.parquet#{i}")], Enumerable.Range(0, 12).Select(pool.Key));
        using var pattern = ParquetPool.Open(Path.Combine(Folder.Path, "{b,a}.parquet"));
        Assert.Equal("b.parquet#0", pattern.Key(0));
        using var star = ParquetPool.Open(Path.Combine(Folder.Path, "*.parquet"));
        Assert.Equal(pool.Key(11), star.Key(11));
    }

    [Fact]
    public void Of_a_folder_with_splits_train_is_the_pool_and_test_its_test_images()
    {
        MadePools.Parquet(Folder, "train-00000-of-00002.parquet", 3, "train-00001-of-00002.parquet", 2, "test-00000-of-00001.parquet", 4, "validation-00000-of-00001.parquet", 6);

        using ImagePool pool = ImagePools.Open(Folder.Path), test = ImagePools.OpenTest(Folder.Path)!;

        Assert.Equal(("train-00000-of-00002.parquet#0", 5), (pool.Key(0), pool.Count));
        Assert.Equal(("test-00000-of-00001.parquet#0", 4), (test.Key(0), test.Count));
    }

    [Fact]
    public void However_many_row_groups_there_are_pages_are_kept_up_to_the_bound()
    {
        var recent = new RecentPages(3000);
        using var file = ParquetFile.Open(At("none.parquet"), recent);
        var column = file.Footer.Columns[0];

        for (int round = 0; round < 3; round++)
            for (int i = 0; i < Rows; i++)
            {
                file.Value(column, (i * 7) % Rows);
                Assert.InRange(recent.Bytes, 1, 3000);
            }
    }

    [Fact]
    public void A_page_is_made_once_for_many_threads_and_the_least_used_one_goes()
    {
        var recent = new RecentPages(30);
        int made = 0;
        Parallel.For(0, 100, _ => recent.Get("file", 1, 10, () => { Interlocked.Increment(ref made); Thread.Sleep(5); return "page"; }));
        Assert.Equal(1, made);

        foreach (long offset in new[] { 2L, 3, 1, 4 }) recent.Get("file", offset, 10, () => "page");
        recent.Get("file", 1, 10, () => { made++; return "page"; });
        Assert.Equal(1, made);
        recent.Get("file", 2, 10, () => { made++; return "page"; });
        Assert.Equal((2, 30), (made, recent.Bytes));

        Assert.Throws<InvalidDataException>(() => recent.Get<string>("file", 9, 10, () => throw new InvalidDataException()));
        Assert.Equal("now", recent.Get("file", 9, 10, () => "now"));
    }

    [Fact]
    public void The_column_is_found_by_its_features_then_by_shape_and_a_doubt_is_an_error()
    {
        Folder.Write("two.parquet", MadePools.Table(["first", "second"], features: null, 2));
        Folder.Write("named.parquet", MadePools.Table(["first", "image"], features: null, 2));
        Folder.Write("declared.parquet", MadePools.Table(["first", "second"], """{"info":{"features":{"second":{"_type":"Image"},"first":{"_type":"Value"}}}}""", 2));
        Folder.Write("none.parquet", MadePools.Table([], features: null, 2));
        Folder.Write("empty.parquet", MadePools.Table(["image"], features: null, 0));
        string At(string name) => Path.Combine(Folder.Path, name);

        Assert.Contains("first and second could each be the images; say which with --array NAME", Assert.Throws<InvalidDataException>(() => ParquetPool.Open(At("two.parquet"))).Message);
        using ParquetPool second = ParquetPool.Open(At("two.parquet"), "second"), named = ParquetPool.Open(At("named.parquet")), declared = ParquetPool.Open(At("declared.parquet"));
        Assert.Equal(("second", "image", "second"), (second.ImageName, named.ImageName, declared.ImageName));
        Assert.Contains("It holds: number Int64.", Assert.Throws<InvalidDataException>(() => ParquetPool.Open(At("none.parquet"))).Message);
        Assert.Contains("no rows; expected at least one image", Assert.Throws<InvalidDataException>(() => ParquetPool.Open(At("empty.parquet"))).Message);
        Assert.Contains("its columns are", Assert.Throws<InvalidDataException>(() => ParquetPool.Open(At("{two,named}.parquet"), "first")).Message);
        Assert.False(ParquetPool.Recognises(At("none.parquet")));
        Assert.False(ParquetPool.Recognises(EmbeddingFixture.At("list-float.parquet")));
        Assert.True(ParquetPool.Recognises(At("two.parquet")));
        Assert.False(ParquetPool.Recognises(At("two.parquet"), "number"));
    }

    /// What features say is passed over where it cannot be understood: a name that comes twice (found by benchmarks/Fuzz), half of a surrogate pair.
    [Theory]
    [InlineData("""{"info":{"features":{"second":{"_type":"Image","_type":"Image"}}}}""", null)]
    [InlineData("""{"info":{"features":{"second":{"dtype":"a","dtype":"b","_type":"Value"}}}}""", null)]
    [InlineData("""{"info":{"features":{"second":{"_type":"\ud800"}}}}""", null)]
    [InlineData("""{"info":{"features":{"\ud800":{"_type":"Image"}}}}""", null)]
    [InlineData("""{"info":{"features":{"second":{"\ud800":1}}}}""", null)]
    [InlineData("""{"info":{"features":{"second":{"_type":"Image"},"number":{"_type":"ClassLabel","names":["a","\ud800"]}}}}""", "second")]
    public void Features_that_cannot_be_understood_are_passed_over(string features, string? found)
    {
        string path = Folder.Write("made.parquet", MadePools.Table(["first", "second"], features, 2));

        if (found is null) Assert.Contains("first and second could each be the images", Assert.Throws<InvalidDataException>(() => ParquetPool.Open(path)).Message);
        using var pool = ParquetPool.Open(path, found ?? "second");
        Assert.Equal("second", pool.ImageName);
        Assert.Null(pool.LabelNames);
    }

    [Theory, MemberData(nameof(Fixtures))]
    public void Damage_anywhere_is_refused_or_read_and_nothing_else(string name)
    {
        string path = Path.Combine(Folder.Path, "damaged.parquet");

        Damage.Check(File.ReadAllBytes(At(name)), bytes =>
        {
            if (bytes.Length == 0) return;
            Folder.Write("damaged.parquet", bytes);
            using var pool = ParquetPool.Open(path);
            _ = pool.Labels;
            for (int i = 0; i < Math.Min(pool.Count, 100); i++)
            {
                try
                {
                    pool.Encoded(i);
                }
                catch (InvalidDataException)
                {
                    // one image's reason
                }
            }
        }, every: 7);
    }
}
