using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// Other processes at work in the same places at the same time.
public sealed class SharedFolderTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--proxy-epochs", "1", "--proxy-width", "0.125", "--classes", "kmeans:4", "--threads", "1"];

    [Fact]
    public void Of_several_processes_on_one_run_folder_one_works_and_the_others_say_so()
    {
        WriteEmbedding("pool.npy", 6000, 16);
        string[] Select(string run) => ["select", "pool.npy", "--fraction", "0.3", "--out", run];
        Tool.Run(Folder, Select("alone")).Is(0);

        var outcomes = Enumerable.Range(0, 3).Select(_ => Tool.Start(Folder, Select("shared"))).ToArray().Select(Tool.Finish).ToArray();

        Assert.Contains(outcomes, outcome => outcome.Code == 0);
        Assert.All(outcomes.Where(outcome => outcome.Code != 0), outcome => Assert.Contains("another process works in this run folder", outcome.Is(1).Error));
        Assert.Equal(Bytes(At("alone")), Bytes(At("shared")));
    }

    /// Images come and go while the pool is listed and decoded: what is gone is listed with its reason, and the next run sees a new pool.
    [Fact]
    public void A_folder_that_changes_while_it_is_read_gives_a_subset_of_what_was_there()
    {
        string pool = WriteImages("pool", 300);
        string[] files = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories);
        string[] select = ["select", pool, "--count", "40", "--out", "run", .. Quick];
        using (var process = Tool.Start(Folder, select))
        {
            for (int i = 0; !process.WaitForExit(5); i = (i + 1) % 200)
            {
                File.Delete(files[i]);
                File.WriteAllText(Path.Combine(pool, $"new {i}.png"), "no picture");
            }
            var outcome = Tool.Finish(process);
            Assert.True(outcome.Code is 0 or 3, outcome.Error);
            Assert.DoesNotContain("should not happen", outcome.Error);
        }

        Tool.Run(Folder, select).Is(0);

        Assert.All(File.ReadAllLines(At("run", "subset.txt")), key => Assert.True(File.Exists(At("pool", key)), key));
        Tool.Run(Folder, ["select", pool, "--count", "40", "--out", "fresh", .. Quick]).Is(0);
        Assert.Equal(Bytes(At("fresh")), Bytes(At("run")));
    }

    /// The same size, another content: the time of the file tells it.
    [Fact]
    public void A_file_replaced_between_two_runs_is_read_again()
    {
        string pool = WriteImages("pool", 60);
        string[] files = [.. Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] select = ["select", pool, "--count", "10", "--out", "run", .. Quick];
        Tool.Run(Folder, select).Is(0);
        byte[] other = File.ReadAllBytes(files[0]);
        Array.Fill(other, (byte)0, other.Length / 2, 8);
        File.WriteAllBytes(files[0], other);

        Assert.Contains("(again: pool was ", Tool.Run(Folder, select).Is(0).Error);

        Assert.Contains(Path.GetFileName(files[0]), File.ReadAllText(At("run", "unreadable.csv")));
    }
}
