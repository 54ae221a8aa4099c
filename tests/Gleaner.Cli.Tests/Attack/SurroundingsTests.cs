using System.Diagnostics;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// Where and by whom a command is run does not change a byte of what it writes.
public sealed class SurroundingsTests : TempFolder
{
    const string Names = "Straße, naïve \u0130\u0131 \u65E5\u672C.png"; // what culture-aware casing and sorting trip over

    [Fact]
    public void Cultures_time_zones_working_folders_and_links_do_not_matter()
    {
        string pool = WriteImages("pool", 80);
        File.Copy(Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Min(StringComparer.Ordinal)!, Path.Combine(pool, Names));
        Select("plain", pool, Folder, []);
        var expected = Bytes(At("plain"));

        Select("turkish", pool, Folder, [("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")]);
        Select("german", "pool", Folder, [("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"), ("TZ", "America/St_Johns")]);
        Select("posix", "../pool", Directory.CreateDirectory(At("below")).FullName, [("LC_ALL", "C"), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]);

        foreach (string run in new[] { "turkish", "german", "posix" }) Assert.Equal(expected, Bytes(At(run)));
    }

    /// Files made in another order lie in another order in their folder.
    [Fact]
    public void The_order_in_which_the_file_system_lists_files_does_not_matter()
    {
        string pool = WriteImages("pool", 80);
        string[] files = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories);
        new Random(5).Shuffle(files);
        foreach (string file in files)
        {
            string copy = file.Replace(pool, At("copy"), StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Select("first", pool, Folder, []);
        Select("second", At("copy"), Folder, []);

        Assert.Equal(Bytes(At("first")), Bytes(At("second")));
    }

    [Theory]
    [InlineData("graph-cut")]
    [InlineData("facility-location")]
    [InlineData("hierarchical")]
    public void One_two_and_four_threads_choose_the_same_of_embeddings(string objective)
    {
        WriteEmbedding("pool.npy", 3000, 24);
        foreach (int threads in new[] { 1, 2, 4 })
            Tool.Run(Folder, "select", "pool.npy", "--objective", objective, "--dedup", "0.02", "--threads", $"{threads}", "--out", $"run{threads}").Is(0);

        Assert.Equal(Bytes(At("run1")), Bytes(At("run2")));
        Assert.Equal(Bytes(At("run1")), Bytes(At("run4")));
    }

    /// A stem without a stride has more than 32,768 numbers in all that libtorch sums by threads; ResNet-18 of half the width has Winograd's convolutions and those by patches.
    [Fact]
    public void One_two_and_four_threads_train_score_and_choose_the_same_of_images()
    {
        string pool = WriteImages("pool", 80);
        string[] all = ["1", "2", "4"];
        foreach (string threads in all)
        {
            Select("run" + threads, pool, Folder, [], threads);
            Tool.Run(Folder, "pretrain", pool, "--arch", "resnet18", "--width", "0.5", "--stem", "3x3", "--image-size", "24", "--batch", "40", "--epochs", "1", "--threads", threads, "--out", "pretrained" + threads).Is(0);
            Tool.Run(Folder, "supervised", pool, "--image-size", "16", "--width", "0.25", "--batch", "40", "--epochs", "2", "--early-runs", "1", "--el2n-epoch", "1", "--threads", threads, "--out", "supervised" + threads).Is(0);
            Tool.Run(Folder, "evaluate", Path.Combine("pretrained" + threads, "encoder.safetensors"), "--pool", pool, "--threads", threads, "--out", "evaluated" + threads).Is(0);
        }

        foreach (string run in new[] { "run", "pretrained", "supervised", "evaluated" })
            foreach (string threads in all[1..])
                Assert.Equal(WithoutSpeed(run + "1"), WithoutSpeed(run + threads));

        Dictionary<string, string> WithoutSpeed(string run) => Bytes(At(run)).Where(file => file.Key != "metrics.jsonl" && !file.Key.StartsWith("events.", StringComparison.Ordinal)).ToDictionary();
    }

    void Select(string run, string pool, string folder, (string Name, string Value)[] surroundings, string threads = "1")
    {
        var start = new ProcessStartInfo("dotnet", [Tool.Library, "select", pool, "--count", "20", "--image-size", "16", "--proxy-epochs", "1", "--proxy-width", "0.125", "--classes", "kmeans:4", "--threads", threads, "--out", At(run)])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in surroundings) start.Environment[name] = value;
        Tool.Finish(Process.Start(start)!).Is(0);
    }
}
