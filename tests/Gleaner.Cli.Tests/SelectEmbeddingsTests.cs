using System.IO.Compression;
using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class SelectEmbeddingsTests : TempFolder
{
    [Fact]
    public void A_subset_is_written_in_every_form_and_described()
    {
        string embedding = WriteEmbedding("e.npy", 500, 20);

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "0.2", "--classes", "kmeans:5", "--out", "run", "--json", "--quiet").Is(0);

        using var manifest = JsonDocument.Parse(outcome.Output);
        var subset = manifest.RootElement.GetProperty("subset");
        Assert.Equal(100, subset.GetProperty("count").GetInt32());
        Assert.True(subset.GetProperty("mean_similarity_kept").GetDouble() > 0.5);
        Assert.Equal("", outcome.Error);
        long[] indices = Subset("run");
        Assert.Equal(100, indices.Distinct().Count());
        Assert.All(Enumerable.Range(0, 5), k => Assert.Equal(20, indices.Count(i => i % 5 == k)));
        Assert.Equal(indices.Select(i => $"{i}"), File.ReadAllLines(At("run", "subset.txt")));
        Assert.Equal(501, File.ReadAllLines(At("run", "scores.csv")).Length);
        foreach (string file in new[] { "subset.pkl", "scores.parquet", "manifest.json", "classes.npy", "unreadable.csv" }) Assert.True(File.Exists(At("run", file)), file);
    }

    [Fact]
    public void Of_several_arrays_one_is_named_and_the_manifest_says_which()
    {
        using (var npz = ZipFile.Open(At("two.npz"), ZipArchiveMode.Create))
            foreach (string name in new[] { "train", "test" })
                npz.CreateEntryFromFile(WriteEmbedding(name + ".npy", name == "train" ? 60 : 40, 5), name + ".npy");

        Assert.Contains("choose one with --array NAME. It holds: train <f4 (60, ", Tool.Run(Folder, "select", "two.npz", "--out", "run").Is(3).Error);
        Assert.Contains("of 40 images", Tool.Run(Folder, "select", "two.npz", "--array", "test", "--out", "run").Is(0).Output);
        Assert.Equal("test", RunManifest.Read(At("run", "manifest.json")).Options["array"]);
    }

    [Fact]
    public void Another_fraction_reuses_what_is_there_and_nests()
    {
        string embedding = WriteEmbedding("e.npy", 300, 10);
        Tool.Run(Folder, "select", embedding, "--fraction", "0.1", "--out", "run").Is(0);
        long[] tenth = Subset("run");

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "0.3", "--out", "run").Is(0);

        Assert.Equal(tenth, Subset("run").Take(30));
        Assert.Contains("rank     as before", outcome.Error);
        Assert.Contains("(again: count was 30 and is 90)", outcome.Error);
        Assert.Contains("Kept 90 of 300 images (30 %)", outcome.Output);
        Assert.Contains("subset   as before", Tool.Run(Folder, "select", embedding, "--fraction", "0.3", "--out", "run").Is(0).Error);
    }

    [Fact]
    public void A_changed_embedding_is_ranked_again()
    {
        string embedding = WriteEmbedding("e.npy", 100, 10);
        Tool.Run(Folder, "select", embedding, "--out", "run").Is(0);
        WriteEmbedding("e.npy", 100, 10, values => values[7] = 9);

        var outcome = Tool.Run(Folder, "select", embedding, "--out", "run").Is(0);

        Assert.Contains("rank     by facility-location", outcome.Error);
        Assert.Contains("(again: embedding was ", outcome.Error);
    }

    [Theory, InlineData("random"), InlineData("balanced"), InlineData("modular"), InlineData("graph-cut"), InlineData("facility-location")]
    public void Every_objective_keeps_the_exact_number_at_any_thread_count(string objective)
    {
        string embedding = WriteEmbedding("e.npy", 211, 10);

        foreach (string threads in new[] { "1", "2", "4" })
            Tool.Run(Folder, "select", embedding, "--count", "50", "--classes", "kmeans:7", "--objective", objective, "--threads", threads, "--seed", "3", "--out", "run" + threads).Is(0);

        Assert.Equal(50, Subset("run1").Distinct().Count());
        Assert.Equal(Bytes(At("run1")), Bytes(At("run2")));
        Assert.Equal(Bytes(At("run1")), Bytes(At("run4")));
    }

    [Fact]
    public void Given_classes_are_used_and_must_fit()
    {
        string embedding = WriteEmbedding("e.npy", 60, 10);
        File.WriteAllLines(At("classes.txt"), Enumerable.Range(0, 60).Select(i => i < 50 ? "4" : "9"));
        Tool.Run(Folder, "select", embedding, "--count", "12", "--classes", "given:classes.txt", "--out", "run").Is(0);

        Assert.Equal(2, Subset("run").Count(i => i >= 50));

        File.AppendAllText(At("classes.txt"), "4\n");
        var error = Tool.Run(Folder, "select", embedding, "--classes", "given:classes.txt", "--out", "run").Is(3).Error;
        Assert.Contains("classes.txt: 61 classes; expected 60", error);
    }

    [Fact]
    public void Rows_without_a_direction_are_listed_and_left_out_or_stop_a_strict_run()
    {
        string embedding = WriteEmbedding("e.npy", 50, 10, values =>
        {
            values[33] = float.NaN;
            values.AsSpan(70, 10).Clear();
        });

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "1", "--classes", "kmeans:2", "--out", "run").Is(0);

        Assert.DoesNotContain(3, Subset("run"));
        Assert.Equal(48, Subset("run").Length);
        Assert.Equal(["index,key,reason", "3,3,holds a value that is not finite", "7,7,\"is zero, so it has no direction\""], File.ReadAllLines(At("run", "unreadable.csv")));
        Assert.Contains("2 more cannot be read", outcome.Output);
        Assert.Contains("--strict", Tool.Run(Folder, "select", embedding, "--strict", "--out", "strict").Is(3).Error);
    }

    [Theory]
    [InlineData(2, "Budget asks for 51 images; the pool holds 50.", "select", "e.npy", "--count", "51")]
    [InlineData(2, "Fraction 1.5; expected above 0 and at most 1", "select", "e.npy", "--fraction", "1.5")]
    [InlineData(2, "--fraction and --count are both given", "select", "e.npy", "--fraction", "0.5", "--count", "3")]
    [InlineData(2, "--threshold x; expected a number", "select", "e.npy", "--threshold", "x")]
    [InlineData(2, "--classes kmeans:0; expected", "select", "e.npy", "--classes", "kmeans:0")]
    [InlineData(2, "--classes kmeans:51; the pool holds 50 images", "select", "e.npy", "--classes", "kmeans:51")]
    [InlineData(2, "--classes labels: embeddings in e.npy has no labels", "select", "e.npy", "--classes", "labels")]
    [InlineData(2, "--copy-to needs a folder of images", "select", "e.npy", "--copy-to", "there")]
    [InlineData(2, "'--fractoin'", "select", "e.npy", "--fractoin", "0.5")]
    [InlineData(2, "Required argument missing", "select")]
    [InlineData(2, "--proxy nothing.safetensors: no such file", "select", "e.npy", "--proxy", "nothing.safetensors")]
    [InlineData(3, "nowhere: no such file or folder", "select", "nowhere")]
    [InlineData(3, "damaged.npy", "select", "damaged.npy")]
    public void Errors_say_what_is_wrong_and_whose_it_is(int code, string says, params string[] args)
    {
        WriteEmbedding("e.npy", 50, 10);
        File.WriteAllText(At("damaged.npy"), "not an array");

        var outcome = Tool.Run(Folder, [.. args]).Is(code);

        Assert.Contains(says, outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public void Embeddings_need_no_libtorch_and_no_image_decoder()
    {
        string embedding = WriteEmbedding("e.npy", 50, 10);
        string tool = At("tool");
        CopyWithoutNatives(Path.GetDirectoryName(Tool.Library)!, tool);

        var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [Path.Combine(tool, "Gleaner.Cli.dll"), "select", embedding, "--out", "run"])
        { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Tool.Finish(process).Is(0);

        Assert.Equal(10, Subset("run").Length);
    }

    static void CopyWithoutNatives(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            if (!Path.GetFileName(file).Contains(".so", StringComparison.Ordinal) && !Path.GetFileName(file).Contains("Torch", StringComparison.OrdinalIgnoreCase))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    long[] Subset(string run)
    {
        using var file = NpyFile.Read(At(run, "subset.npy"));
        return file.ReadIntegers();
    }
}
