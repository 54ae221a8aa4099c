using System.Formats.Tar;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

public sealed class PoolExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, ExportKind> EveryPair
    {
        get
        {
            var pairs = new TheoryData<string, ExportKind>();
            foreach (string from in new[] { "folder", "list", "parquet", "tar", "records" })
                foreach (var kind in Enum.GetValues<ExportKind>()) pairs.Add(from, kind);
            return pairs;
        }
    }

    [Theory, MemberData(nameof(EveryPair))]
    public void An_export_is_a_pool_of_the_same_images_in_the_given_order(string from, ExportKind kind)
    {
        using var pool = Make(from);
        int[] order = [3, 0, 4, 1];

        var made = new PoolExport(pool, order, kind, At("out")) { MostImages = 3 }.Write(At("progress"), cancel: TestContext.Current.CancellationToken);

        using var again = Reopened();
        Assert.Equal(order.Length, again.Count);
        var table = Table();
        for (int k = 0; k < order.Length; k++)
        {
            int at = Array.FindIndex([.. Enumerable.Range(0, again.Count)], i => kind == ExportKind.Folder ? again.Key(i) == table[k][5] : i == k);
            Assert.Equal(pool.Encoded(order[k]).Bytes.ToArray(), again.Encoded(at).Bytes.ToArray());
            Assert.Equal(([$"{k}", $"{order[k]}", pool.Key(order[k])]), table[k][..3]);
            Assert.Equal(pool.Labels is { } labels ? $"{labels[order[k]]}" : "", table[k][3]);
            if (kind != ExportKind.Folder && pool.Labels is not null) Assert.Equal(pool.Labels[order[k]], again.Labels![at]);
        }
        if (kind == ExportKind.Parquet && pool.LabelNames is not null) Assert.Equal(pool.LabelNames, again.LabelNames);
        // Who reads a folder takes the name of an image's folder for its label.
        if (kind == ExportKind.Folder && from != "folder")
        {
            using var labelled = ImageFolderPool.Open(At("out"), classFromFolder: true);
            for (int k = 0; k < order.Length && pool.Labels is not null; k++)
            {
                int label = labelled.Labels![Array.FindIndex([.. Enumerable.Range(0, labelled.Count)], i => labelled.Key(i) == table[k][5])], own = pool.Labels[order[k]];
                Assert.Equal(own < 0 ? null : pool.LabelNames?[own] ?? $"{own}", label < 0 ? null : labelled.LabelNames![label]);
            }
            Assert.DoesNotContain(labelled.LabelNames!, name => name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".parquet", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal));
        }
        if (from == "folder" && kind == ExportKind.Folder) Assert.Equal(pool.Key(3), table[0][5]);
        Assert.All(made, file => Assert.True(File.Exists(Path.Combine(At("out"), file))));
        Assert.Equal(kind == ExportKind.Folder ? 1 : 3, made.Count);
        Assert.True(PoolExport.IsWhole(At("out")));

        ImagePool Reopened() => kind switch
        {
            ExportKind.Folder => ImagePools.Open(At("out")),
            ExportKind.Tar => ImagePools.Open(At("out/*.tar")),
            _ => ImagePools.Open(At("out/*.parquet")),
        };
    }

    [Fact]
    public void Tar_to_tar_keeps_every_file_of_a_sample_and_tells_equal_names_apart()
    {
        _folder.Write("in/a.tar", MadePools.Shard(0, 2));
        _folder.Write("in/b.tar", MadePools.Shard(0, 2));
        using var pool = TarPool.Open(At("in"));

        new PoolExport(pool, [2, 0, 1], ExportKind.Tar, At("out")).Write(At("progress"), cancel: TestContext.Current.CancellationToken);

        using var again = TarPool.Open(At("out/kept-00000.tar"));
        Assert.Equal(["kept-00000.tar#000000", "kept-00000.tar#a_tar/000000".Replace("a_tar", "a.tar", StringComparison.Ordinal), "kept-00000.tar#000001"], Keys(again));
        Assert.Equal(["cls", "png", "txt"], again.MembersOf(1).Select(member => member.Extension));
        Assert.Equal("caption 1", Encoding.UTF8.GetString(again.MembersOf(2).Last().Content.Span));
    }

    [Fact]
    public void Parquet_to_Parquet_keeps_every_column_but_lists_and_what_the_file_says_of_itself()
    {
        using var pool = ParquetPool.Open(TestData.InRepository("tests", "fixtures", "pool", "snappy-dictionary.parquet"));
        int[] order = [22, 9, 0, 8];

        new PoolExport(pool, order, ExportKind.Parquet, At("out")).Write(At("progress"), cancel: TestContext.Current.CancellationToken);

        using var again = ParquetPool.Open(At("out/kept-00000.parquet"));
        Assert.Equal(pool.Footer.Columns.Where(column => !column.IsRepeated).Select(column => column.ToString()), again.Footer.Columns.Select(column => column.ToString()));
        foreach (var column in again.Footer.Columns)
        {
            var source = pool.Footer.Columns.Single(other => other.Path.SequenceEqual(column.Path));
            for (int k = 0; k < order.Length; k++)
            {
                var (expected, found) = (pool.Cell(order[k], source), again.Cell(k, column));
                Assert.Equal(expected.Level, found.Level);
                Assert.Equal(expected.Value?.ToArray(), found.Value?.ToArray());
            }
        }
        Assert.Equal(["ant", "bee", "cat"], again.LabelNames!);
        Assert.Equal(["image", "label", "score", "good", "day", "note"], System.Text.Json.Nodes.JsonNode.Parse(again.Footer.Metadata["huggingface"])!["info"]!["features"]!.AsObject().Select(feature => feature.Key));
    }

    [Fact]
    public void A_file_that_no_export_wrote_is_not_replaced_though_it_has_the_name_of_one()
    {
        using var pool = Make("folder");
        _folder.Write("out/cat/1.png", "precious");

        Assert.Contains("holds 1 files that are not of this export", Assert.Throws<ArgumentException>(() => new PoolExport(pool, [0, 1], ExportKind.Folder, At("out")).Write(At("progress"))).Message);

        Assert.Equal("precious", File.ReadAllText(At("out/cat/1.png")));
    }

    [Fact]
    public void An_export_that_lost_a_file_is_mended()
    {
        using var pool = Make("folder");
        new PoolExport(pool, [0, 1], ExportKind.Folder, At("out")).Write(At("progress"), cancel: TestContext.Current.CancellationToken);
        string[] whole = Names("out");
        File.Delete(At("out/cat/1.png"));
        Assert.False(PoolExport.IsWhole(At("out")));

        PoolExport.Reopen(At("out"));
        new PoolExport(pool, [0, 1], ExportKind.Folder, At("out")).Write(At("again"), cancel: TestContext.Current.CancellationToken);

        Assert.Equal(whole, Names("out"));
        Assert.True(PoolExport.IsWhole(At("out")));
    }

    [Fact]
    public void Labels_that_folders_cannot_tell_apart_have_folders_of_their_own()
    {
        foreach (int i in Enumerable.Range(0, 3)) _folder.Write($"in/{i}.png", MadeImages.Png(i + 1, 3));
        using var pool = ListPool.Open(_folder.Write("list.csv", "path,label\n./in/0.png,a/b\n./in/1.png,a_b\n./in/2.png,A_B\n"));

        new PoolExport(pool, [0, 1, 2], ExportKind.Folder, At("out")).Write(At("progress"), cancel: TestContext.Current.CancellationToken);

        Assert.Equal(["A_B", "a_b~2", "a_b~3"], Directory.GetDirectories(At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_interrupted_export_left_is_known_to_the_next_though_it_writes_others()
    {
        using var pool = Make("folder");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new PoolExport(pool, [0, 1, 2], ExportKind.Folder, At("out")).Write(At("one"), new StopAt(2, stop), stop.Token));
        Assert.Contains("1.png", Names("out"));

        new PoolExport(pool, [3, 4], ExportKind.Folder, At("out")).Write(At("other"), cancel: TestContext.Current.CancellationToken);

        Assert.Equal(["b.c.png", "d.png", "kept.csv"], Names("out"));
    }

    [Theory, InlineData(ExportKind.Folder), InlineData(ExportKind.Tar), InlineData(ExportKind.Parquet)]
    public void An_interrupted_export_goes_on_behind_its_finished_shards_to_the_same_bytes(ExportKind kind)
    {
        using var pool = Make("parquet");
        int[] order = [4, 2, 3, 1, 0];
        new PoolExport(pool, order, kind, At("whole")) { MostImages = 2 }.Write(At("progress-whole"), cancel: TestContext.Current.CancellationToken);

        for (int stopAt = 1; stopAt < order.Length; stopAt++)
        {
            using var stop = new CancellationTokenSource();
            var export = new PoolExport(pool, order, kind, At($"out{stopAt}")) { MostImages = 2 };
            Assert.ThrowsAny<OperationCanceledException>(() => export.Write(At($"progress{stopAt}"), new StopAt(stopAt, stop), stop.Token));
            if (stopAt == 4 && kind != ExportKind.Folder) File.AppendAllText(Directory.GetFiles(At("out4"), "kept-00000.*").Single(), "changed");
            export.Write(At($"progress{stopAt}"), cancel: TestContext.Current.CancellationToken);

            Assert.Equal(Contents("whole"), Contents($"out{stopAt}"));
        }
    }

    [Fact]
    public void Shards_end_by_bytes_too_and_what_an_earlier_export_left_goes()
    {
        using var pool = Make("parquet");

        new PoolExport(pool, [0, 1, 2], ExportKind.Tar, At("out")) { MostBytes = 1 }.Write(At("p1"), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(["kept-00000.tar", "kept-00001.tar", "kept-00002.tar", "kept.csv"], Names("out"));

        new PoolExport(pool, [0, 1], ExportKind.Folder, At("out")).Write(At("p2"), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(["0.png", "1.png", "kept.csv"], Names("out"));
        new PoolExport(pool, [1, 2], ExportKind.Parquet, At("out")).Write(At("p3"), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(["kept-00000.parquet", "kept.csv"], Names("out"));

        _folder.Write("out/mine.txt", "mine");
        Assert.Contains("holds 1 files that are not of this export (the first: mine.txt)", Assert.Throws<ArgumentException>(() => new PoolExport(pool, [1], ExportKind.Tar, At("out")).Write(At("p4"), cancel: TestContext.Current.CancellationToken)).Message);
        new PoolExport(pool, [1], ExportKind.Tar, At("out")) { OwnsFolder = true }.Write(At("p5"), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(["kept-00000.tar", "kept.csv"], Names("out"));
    }

    [Theory, InlineData(ExportKind.Folder), InlineData(ExportKind.Tar)]
    public void Nothing_is_written_outside_of_the_folder_whatever_the_keys_say(ExportKind kind)
    {
        byte[] picture = MadeImages.Png(4, 4);
        string[] names = ["../../up", "/absolute", "a/../../b", "...", "x", "X", "c:\\d", "nl\nx", ".hidden/y", new string('z', 90) + "/" + new string('w', 90) + new string('v', 90)];
        string tar = _folder.Write("in/a.tar", MadePools.Tar(TarEntryFormat.Pax, [.. names.Where(name => name != "...").Select(name => (name + ".png", picture))]));
        using var pool = TarPool.Open(tar);
        string[] before = [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)];

        new PoolExport(pool, [.. Enumerable.Range(0, pool.Count)], kind, At("deep/out")).Write(At("progress"), cancel: TestContext.Current.CancellationToken);

        string[] written = [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Except(before)];
        Assert.All(written, file => Assert.True(file.StartsWith(At("deep/out") + "/", StringComparison.Ordinal) || file.StartsWith(At("progress") + "/", StringComparison.Ordinal), file));
        using var again = ImagePools.Open(kind == ExportKind.Tar ? At("deep/out/*.tar") : At("deep/out"));
        Assert.Equal(pool.Count, again.Count);
        Assert.DoesNotContain(Keys(again), key => key.Contains("..", StringComparison.Ordinal) || key.Contains("#/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_in_the_folder_is_not_followed()
    {
        using var pool = Make("parquet");
        using var away = new TemporaryFolder();
        Directory.CreateDirectory(At("out"));
        File.CreateSymbolicLink(At("out/kept.csv"), Path.Combine(away.Path, "victim"));

        Assert.Contains("kept.csv", Assert.Throws<ArgumentException>(() => new PoolExport(pool, [0], ExportKind.Tar, At("out")).Write(At("p"), cancel: TestContext.Current.CancellationToken)).Message);
        Assert.Empty(Directory.GetFiles(away.Path));
    }

    ImagePool Make(string from)
    {
        switch (from)
        {
            case "folder":
                foreach (string key in new[] { "cat/1.png", "cat/2.png", "dog/1.png", "dog/b.c.png", "dog/d.png" }) _folder.Write("in/" + key, MadeImages.Png(key.Length, 3));
                return ImageFolderPool.Open(At("in"), classFromFolder: true);
            case "list":
                Make("folder").Dispose();
                return ListPool.Open(_folder.Write("list.csv", "path,label\nin/dog/1.png,x\nin/cat/1.png,y\nin/cat/2.png,x\nin/dog/d.png,y\nin/dog/b.c.png,x\n"));
            case "parquet":
                MadePools.Parquet(_folder, "in/a.parquet", 5);
                return ParquetPool.Open(At("in"));
            case "tar":
                _folder.Write("in/a.tar", MadePools.Shard(0, 5));
                return TarPool.Open(At("in"));
            default:
                var records = new byte[5 * 3073];
                new Random(1).NextBytes(records);
                for (int i = 0; i < 5; i++) records[3073 * i] = (byte)(i % 3);
                _folder.Write("in/data_batch_1.bin", records);
                return CifarPool.Open(At("in"));
        }
    }

    string At(string path) => Path.Combine(_folder.Path, path);

    List<string[]> Table()
    {
        using var reader = new StreamReader(At("out/kept.csv"));
        return [.. CsvRecords.Read(reader, "kept.csv").Skip(1).Select(record => record.Fields)];
    }

    string[] Names(string folder) => [.. Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    SortedDictionary<string, string> Contents(string folder) => new(Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(At(folder), file), ContentHash.OfFile), StringComparer.Ordinal);

    static string[] Keys(ImagePool pool) => [.. Enumerable.Range(0, pool.Count).Select(pool.Key)];

    sealed class StopAt(int count, CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int done)
        {
            if (done == count) stop.Cancel();
        }
    }
}
