using System.Globalization;
using Xunit;

namespace Gleaner.Cli.Tests;

/// Pools in Parquet, tar archives and lists, from a pool through a selection to an export that is a pool again.
public sealed class SelectPoolsTests : TempFolder
{
    static readonly string[] Quick = ["--objective", "random", "--image-size", "16", "--no-report"];

    [Fact]
    public void Folder_to_Parquet_to_tar_to_folder_keeps_every_byte_and_label()
    {
        WriteImages("pool", 40);

        Select("pool", "--fraction", "1", "--export", "parquet:parquet").Is(0);
        Select("parquet", "--fraction", "1", "--seed", "1", "--export", "tar:tar").Is(0);
        Select("tar/kept-{00000..00000}.tar", "--fraction", "1", "--seed", "2", "--export", "folder:folder", "--objective", "balanced", "--classes", "labels").Is(0);
        var last = Select("folder", "--count", "10", "--export", "folder").Is(0);

        Assert.Contains("WebDataset (tar)", File.ReadAllText(At("runs", "kept", "manifest.json")));
        string[] names = Directory.GetFiles(At("pool"), "*", SearchOption.AllDirectories);
        Assert.Equal(names.Select(ContentHash.OfFile).Order(), Directory.GetFiles(At("folder"), "*.png", SearchOption.AllDirectories).Select(ContentHash.OfFile).Order());
        using ImagePool pool = ImagePools.Open(At("pool"), classFromFolder: true), parquet = ImagePools.Open(At("parquet")), tar = ImagePools.Open(At("tar"));
        Assert.Equal(pool.LabelNames!, parquet.LabelNames!);
        var label = Enumerable.Range(0, 40).ToDictionary(i => ContentHash.Of(pool.Encoded(i).Bytes.Span), i => pool.Labels![i]);
        foreach (var other in new[] { parquet, tar })
            for (int i = 0; i < 40; i++) Assert.Equal(label[ContentHash.Of(other.Encoded(i).Bytes.Span)], other.Labels![i]);
        Assert.Equal(10, Directory.GetFiles(At("runs", "folder", "export"), "*.png", SearchOption.AllDirectories).Length);
        Assert.Contains("export", last.Output);
    }

    [Fact]
    public void A_selection_from_an_archive_embeds_views_reports_and_goes_on()
    {
        WriteImages("pool", 60);
        Select("pool", "--fraction", "1", "--export", "tar:tar").Is(0);
        string[] args = ["select", "tar", "--count", "20", "--out", "run", "--image-size", "16", "--proxy-epochs", "1", "--proxy-width", "0.125", "--classes", "kmeans:3", "--threads", "1", "--export", "parquet"];

        Tool.Run(Folder, args).Is(0);
        var again = Tool.Run(Folder, args).Is(0);
        Assert.Contains("export   as before", again.Error);

        using (var kept = ImagePools.Open(At("run", "export", "kept-00000.parquet")))
        {
            Assert.Equal(20, kept.Count);
            string[] keys = File.ReadAllLines(At("run", "subset.txt"));
            using var source = ImagePools.Open(At("tar"));
            long[] indices = [.. File.ReadAllLines(At("run", "export", "kept.csv")).Skip(1).Select(line => long.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];
            for (int k = 0; k < 20; k++)
            {
                Assert.Equal(keys[k], source.Key((int)indices[k]));
                Assert.Equal(source.Encoded((int)indices[k]).Bytes.ToArray(), kept.Encoded(k).Bytes.ToArray());
            }
        }
        File.AppendAllText(At("run", "export", "kept-00000.parquet"), "x");
        Assert.Contains("kept-00000.parquet was changed", Tool.Run(Folder, args).Is(0).Error);
        Tool.Run(Folder, "evaluate", At("run", "encoder.safetensors"), "--pool", "run/export", "--out", "evaluated").Is(0);
        Tool.Run(Folder, "pretrain", "tar", "--subset", "run/subset.npy", "--steps", "2", "--batch", "8", "--width", "0.125", "--image-size", "16", "--out", "pretrained").Is(0);
    }

    [Fact]
    public void A_list_is_selected_from_and_what_is_not_there_is_listed()
    {
        string pool = WriteImages("pool", 30);
        string[] paths = [.. Directory.GetFiles(pool, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];
        File.WriteAllLines(At("list.csv"), ["path,label", .. paths.Select(path => $"{path},{Path.GetFileName(Path.GetDirectoryName(path))}"), "gone.png,nothing"]);
        File.WriteAllLines(At("away.txt"), [Path.Combine(Folder, paths[0]), "../" + Path.GetFileName(Folder) + "/" + paths[1]]);

        var outcome = Select("list.csv", "--count", "10", "--objective", "balanced", "--classes", "labels", "--export", "tar", "--copy-to", "copied").Is(0);

        Assert.Contains("1 more cannot be read", outcome.Output);
        Assert.Contains("gone.png,\"is gone", File.ReadAllText(At("runs", "list", "unreadable.csv")));
        Assert.All(File.ReadAllLines(At("runs", "list", "subset.txt")), key => Assert.True(File.Exists(At("copied", key))));
        using var kept = ImagePools.Open(At("runs", "list", "export", "kept-00000.tar"));
        Assert.Equal(10, kept.Count);
        Assert.Contains("would lie outside of", Select("away.txt", "--fraction", "1", "--copy-to", "copied-2").Is(2).Error);
        Select("away.txt", "--fraction", "1", "--export", "folder:inside").Is(0);
        Assert.Equal(2, Directory.GetFiles(At("inside"), "*.png", SearchOption.AllDirectories).Length);
    }

    /// Nothing that is there is ever replaced, the pool's own images least of all.
    [Fact]
    public void Images_are_not_put_into_their_pool_nor_in_the_place_of_others()
    {
        string pool = WriteImages("pool", 12);
        string one = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories)[0], key = Path.GetRelativePath(pool, one);
        var before = Bytes(pool);
        foreach (string option in new[] { "--link-to", "--copy-to" })
        {
            Assert.Contains($"{option} {pool} lies in the pool", Select(pool, "--fraction", "1", option, pool).Is(2).Error);
            Assert.Contains("lies in the pool", Select(pool, "--fraction", "1", option, At("pool", "kept")).Is(2).Error);
            string other = At(option[2..]);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(other, key))!);
            File.WriteAllText(Path.Combine(other, key), "precious");
            Assert.Contains("is there and is no", Select(pool, "--fraction", "1", option, other).Is(2).Error);
            Assert.Equal("precious", File.ReadAllText(Path.Combine(other, key)));
        }
        Assert.Contains("--export", Select(pool, "--fraction", "1", "--export", "folder:" + At("pool", "kept")).Is(2).Error);
        Select(pool, "--count", "3", "--objective", "random", "--out", At("pool", "run"), "--copy-to", At("pool", "run", "kept")).Is(0); // a run folder is no part of the pool
        Directory.Delete(At("pool", "run"), recursive: true);
        File.WriteAllLines(At("list.txt"), Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Select(file => "./" + Path.GetRelativePath(Folder, file)));
        Select("list.txt", "--fraction", "1", "--link-to", Folder).Is(2); // each image would become a link to itself
        Select("list.txt", "--fraction", "1", "--link-to", At("links")).Is(0);
        Assert.All(Bytes(pool), file => Assert.Equal(before[file.Key], file.Value));
        Select("list.txt", "--fraction", "1", "--link-to", At("links")).Is(0); // as before, though paths begin with ./
    }

    /// Else the pictures of a run would be images of the pool the next time.
    [Fact]
    public void A_run_folder_in_a_pool_is_no_part_of_it_and_what_is_passed_over_is_said()
    {
        string pool = WriteImages("pool", 12);
        File.WriteAllText(At("pool", "notes\u001b[31m.txt"), "");
        string[] select = ["select", ".", "--count", "5", "--objective", "random"];

        Assert.Contains("1 other file is passed over", Tool.Run(pool, select).Is(0).Error);

        Assert.True(File.Exists(At("pool", "runs", "pool", "contact-sheet.png")));
        var again = Tool.Run(pool, select).Is(0);
        Assert.Contains("read     as before", again.Error);
        Assert.Equal(12, RunManifest.Read(At("pool", "runs", "pool", "manifest.json")).Pool.Count);
        File.WriteAllText(At("pool", "broken\u001b[31m.png"), "no image");
        string said = Tool.Run(pool, select).Is(0).Error;
        Assert.Contains("broken\ufffd[31m.png", said);
        Assert.DoesNotContain('\u001b', said);
    }

    [Fact]
    public void A_Parquet_file_is_images_or_embeddings_by_its_columns()
    {
        File.Copy(Path.Combine(Tool.Root, "tests", "fixtures", "pool", "zstd-plain.parquet"), At("images.parquet"));
        File.Copy(Path.Combine(Tool.Root, "tests", "fixtures", "embedding", "list-float.parquet"), At("embeddings.parquet"));

        Assert.Contains("23 images, images in Parquet (Hugging Face), in images.parquet", Select("images.parquet", "--count", "5", "--export", "parquet").Is(0).Error);
        Assert.Contains("5 embeddings of 3 numbers", Select("embeddings.parquet", "--count", "2").Is(0).Error);
        Assert.Contains("--export writes images; embeddings.parquet holds embeddings", Select("embeddings.parquet", "--count", "2", "--export", "tar").Is(2).Error);
        Assert.Contains("columns of lists are not exported: tags", Select("images.parquet", "--count", "5", "--export", "parquet").Is(0).Error);
    }

    [Theory]
    [InlineData(2, "--export zip; expected parquet, tar or folder", "pool", "--export", "zip")]
    [InlineData(2, "--export tar:; expected", "pool", "--export", "tar:")]
    [InlineData(3, "a-{0..1}.tar is not there", "a-{0..1}.tar")]
    [InlineData(3, "nothing.tar: no such file or folder", "nothing.tar")]
    [InlineData(3, "no header of a tar archive", "text.tar")]
    [InlineData(3, "is damaged or no Parquet file", "text.parquet")]
    public void What_cannot_be_is_said(int code, string message, string pool, params string[] args)
    {
        WriteImages("pool", 2);
        File.WriteAllText(At("text.tar"), new string('x', 600));
        File.WriteAllText(At("text.parquet"), new string('x', 600));

        string found = Select(pool, args).Is(code).Error;

        Assert.Contains(message.Replace("a-{0..1}.tar is", "a-0.tar is", StringComparison.Ordinal), found);
    }

    [Fact]
    public void Python_reads_the_shards()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        WriteImages("pool", 30);
        Select("pool", "--fraction", "0.5", "--export", "tar").Is(0);

        string output = Tool.Python(Folder, """
            import csv, hashlib, json, tarfile
            rows = list(csv.DictReader(open("runs/pool/export/kept.csv", newline="")))
            tar = tarfile.open("runs/pool/export/kept-00000.tar")
            images = [m for m in tar if m.name.endswith(".png")]
            assert len(images) == len(rows) == 15 and all(m.isreg() for m in tar)
            for row, member in zip(rows, images):
                assert tar.extractfile(member).read() == open("pool/" + row["key"], "rb").read()
                stem = member.name[:-4]
                assert tar.extractfile(stem + ".cls").read().decode() == row["label"]
                assert json.loads(tar.extractfile(stem + ".json").read()) == {"key": row["key"], "label_name": row["label_name"]}
            print("read")
            """).Is(0).Output;

        Assert.Equal("read", output.Trim());
    }

    [Fact]
    public void DuckDB_reads_the_tables()
    {
        string script = Path.Combine(Tool.Root, "tests", "fixtures", "pool", "duckdb.cs");
        File.Copy(Path.Combine(Tool.Root, "tests", "fixtures", "pool", "snappy-dictionary.parquet"), At("images.parquet"));
        WriteImages("pool", 30);
        Select("images.parquet", "--fraction", "1", "--export", "parquet").Is(0);
        Select("pool", "--fraction", "0.5", "--export", "parquet").Is(0);
        string[] before = Query("SELECT 1");
        Assert.SkipUnless(before is ["1"], "DuckDB cannot be restored here");

        // The same rows with the same types, in rank order.
        string same = Query("""
            SELECT count(*) FROM (SELECT * EXCLUDE (tags) FROM 'images.parquet' WHERE image.bytes IS NOT NULL) a JOIN 'runs/images/export/*.parquet' b
            ON a.image = b.image AND a.label IS NOT DISTINCT FROM b.label AND a.score = b.score AND a.good IS NOT DISTINCT FROM b.good AND a.day = b.day AND a.note IS NOT DISTINCT FROM b.note
            """)[0];
        Assert.Equal("19", same);
        Assert.Equal(Query("SELECT name, type, converted_type, logical_type FROM parquet_schema('images.parquet') WHERE name IN ('image', 'bytes', 'path', 'label', 'score', 'good', 'day', 'note')"),
            Query("SELECT name, type, converted_type, logical_type FROM parquet_schema('runs/images/export/kept-00000.parquet') WHERE name <> 'schema'"));
        string[] keys = File.ReadAllLines(At("runs", "pool", "subset.txt"));
        Assert.Equal(keys, Query("SELECT key FROM 'runs/pool/export/*.parquet'"));
        string[] sizes = [.. keys.Select(key => $"{new FileInfo(At("pool", key)).Length}|{key[(key.LastIndexOf('/') + 1)..]}")];
        Assert.Equal(sizes, Query("SELECT octet_length(image.bytes), image.path FROM 'runs/pool/export/*.parquet'"));

        string[] Query(string sql)
        {
            var outcome = Tool.Finish(System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", ["run", script, "--", sql]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!);
            return outcome.Code == 0 ? outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [outcome.Error];
        }
    }

    Tool.Outcome Select(string pool, params string[] args) =>
        Tool.Run(Folder, ["select", pool, .. args, .. args.Contains("--objective") ? Quick[2..] : Quick]);
}
