using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// SIGKILL at random moments, in every command that writes (pretrain and compare are also killed right after what they save, in their own tests).
public sealed class KilledTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--width", "0.125", "--threads", "1"];
    static readonly int Kills = 2 * Effort.Times;

    readonly Random _moments = new();

    [Fact]
    public void Select_on_embeddings()
    {
        WriteEmbedding("pool.npy", 4000, 16, values => Array.Copy(values, 0, values, 16 * 100, 16 * 50)); // 50 copies
        Survives(run => ["select", "pool.npy", "--fraction", "0.3", "--objective", "facility-location", "--dedup", "0.01", "--out", run]);
    }

    [Fact]
    public void Select_on_images_that_are_copied_and_exported()
    {
        string pool = WriteImages("pool", 160);
        Survives(run => ["select", pool, "--count", "40", "--out", run, "--copy-to", "copies of " + run, "--export", "tar", "--image-size", "16", "--proxy-epochs", "6", "--proxy-width", "0.125", "--classes", "kmeans:4", "--threads", "1"],
            run => [.. Everything(run), .. Lines(Bytes(At("copies of " + run)))]);
    }

    /// A decoding of more than 5 seconds says how far it has come; what it says does not hold once its pixels are moved to their place, and a kill may come right then.
    [Theory]
    [InlineData("{\"Done\":50,\"Unreadable\":[]}")]
    [InlineData("{\"Done\":-3,\"Unreadable\":[]}")]
    [InlineData("{\"Done\":0,\"Unreadable\":null}")]
    [InlineData("null")]
    [InlineData("")]
    public void After_the_decoded_images_were_moved_and_before_that_was_recorded(string progress)
    {
        string pool = WriteImages("pool", 60);
        string[] select = ["select", pool, "--count", "10", "--image-size", "16", "--objective", "random", "--out", "run"];
        Tool.Run(Folder, select).Is(0);
        var expected = Bytes(At("run"));
        using (var run = RunFolder.Open(At("run")))
        {
            var inputs = run.Find("read")!.Inputs;
            File.Delete(At("run", "cache", "read.json"));
            Assert.Throws<OperationCanceledException>(() => run.Make("read", inputs, [], work =>
            {
                File.WriteAllText(Path.Combine(work.UnfinishedFolder, "progress.json"), progress);
                throw new OperationCanceledException();
            }));
        }

        Tool.Run(Folder, select).Is(0);

        Assert.Equal(expected, Bytes(At("run")));
    }

    [Fact]
    public void Pretrain()
    {
        string pool = WriteImages("pool", 160);
        Survives(run => ["pretrain", pool, "--method", "byol", "--epochs", "8", "--batch", "32", "--knn-every", "3", "--checkpoint-minutes", "0.005", "--out", run, .. Quick],
            run => Lines(Bytes(At(run)).Where(file => file.Key.StartsWith("encoder.", StringComparison.Ordinal) || file.Key == Path.Combine("checkpoints", "step-00000040.safetensors")))); // when the others are saved depends on the clock
    }

    [Fact]
    public void Evaluate()
    {
        string pool = WriteImages("pool", 160);
        Tool.Run(Folder, ["pretrain", pool, "--epochs", "1", "--batch", "32", "--out", "trained", .. Quick]).Is(0);
        Survives(run => ["evaluate", At("trained", "encoder.safetensors"), "--pool", pool, "--few-shot", "--draws", "2", "--views", "2", "--threads", "1", "--out", run]);
    }

    [Fact]
    public void Supervised()
    {
        string pool = WriteImages("pool", 160);
        Survives(run => ["supervised", pool, "--epochs", "6", "--early-runs", "2", "--el2n-epoch", "1", "--batch", "32", "--out", run, .. Quick]);
    }

    [Fact]
    public void Compare()
    {
        WriteImages("pool", 80);
        string recipe = """
            pool: pool
            validation: 20 %
            budgets: [20]
            seeds: [0]
            arms:
              chosen: {objective: graph-cut, classes: "kmeans:4", proxy-epochs: 1, proxy-width: 0.125}
              random: {objective: random}
            training: {method: simclr, steps: 4, batch: 10, width: 0.125}
            image-size: 16
            """;
        File.WriteAllText(At("recipe.yaml"), recipe);
        Survives(run => ["compare", "recipe.yaml", "--jobs", "1", "--out", run], run => CompareTests.Results(Comparison.Read(At(run, "comparison.json"))));
    }

    [Fact]
    public void Report()
    {
        WriteEmbedding("pool.npy", 2000, 16);
        Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(0);
        string finished = File.ReadAllText(At("run", "report.html"));
        var whole = Lasting(() => Tool.Run(Folder, "report", "run").Is(0));

        for (int kills = 0; kills < Kills;)
        {
            if (Killed(["report", "run"], whole)) kills++;
            Assert.EndsWith("</html>", File.ReadAllText(At("run", "report.html")).TrimEnd());
        }
        Effort.Tell($"{Kills} kills");
        Tool.Run(Folder, "report", "run").Is(0);
        Assert.Equal(finished.Length, File.ReadAllText(At("run", "report.html")).Length);
    }

    /// Every mark that was answered is in its file, and the lock is free as soon as its owner is dead.
    [Fact]
    public void View()
    {
        WriteEmbedding("pool.npy", 500, 16);
        Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(0);
        for (int kill = 0; kill < Kills; kill++)
        {
            var view = RunningView.Start(Folder, "run");
            string token = view.Token;
            for (int image = 3 * kill; image < 3 * kill + 3; image++)
                Assert.Equal(System.Net.HttpStatusCode.SeeOther, view.Post("/mark", ("token", token), ("exclude", $"{image % 500}")).StatusCode);
            view.Kill();

            Assert.Equal(Math.Min(500, 3 * kill + 3), File.ReadAllLines(Directory.GetFiles(At("run"), "*exclude.csv").Single()).Length - 1);
        }
        Effort.Tell($"{Kills} kills");
    }

    // Killed again and again until it comes to its end, it must end with the results of a run that nobody disturbed; and so the next run.
    void Survives(Func<string, string[]> command, Func<string, IEnumerable<string>>? results = null)
    {
        results ??= Everything;
        var whole = Lasting(() => Tool.Run(Folder, command("whole")).Is(0));
        string[] expected = [.. results("whole")];

        int kills = 0, runs = 0;
        while (kills < Kills)
        {
            string run = $"run{++runs}";
            while (kills < Kills && Killed(command(run), whole)) kills++;
            Tool.Run(Folder, command(run)).Is(0);

            Assert.Equal(expected, results(run));
            Assert.Empty(Directory.EnumerateFiles(At(run), "*.unfinished", SearchOption.AllDirectories));
        }
        Effort.Tell($"{kills} kills in {runs} runs of {whole.TotalSeconds:0.0} s");
    }

    // At a random moment of the time that an undisturbed run takes; false where it had ended before.
    bool Killed(string[] command, TimeSpan whole)
    {
        using var process = Tool.Start(Folder, command);
        bool ended = process.WaitForExit(whole * _moments.NextDouble());
        process.Kill();
        process.WaitForExit();
        return !ended;
    }

    // What a run is judged by, without what tells times and speed.
    IEnumerable<string> Everything(string run) => Lines(Bytes(At(run)).Where(file => file.Key != "metrics.jsonl" && !file.Key.StartsWith("events.out", StringComparison.Ordinal))).Concat(Lines(Results(At(run))));

    static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> files) => files.Select(file => $"{file.Key}: {file.Value}").Order(StringComparer.Ordinal);

    static TimeSpan Lasting(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }

    // The documents of a run without what depends on the clock, the machine's speed and the folder's name.
    static Dictionary<string, string> Results(string run) => Directory.EnumerateFiles(run, "*.json").ToDictionary(file => Path.GetFileName(file), file => Timeless(JsonNode.Parse(File.ReadAllText(file)))!.ToJsonString());

    static JsonNode? Timeless(JsonNode? node)
    {
        if (node is JsonObject named)
        {
            foreach (string name in named.Select(pair => pair.Key).ToArray())
            {
                if (name.Contains("second", StringComparison.Ordinal) || name is "finished" or "written" or "machine" or "stages" or "out" || name.EndsWith("_utc", StringComparison.Ordinal)) named.Remove(name);
                else Timeless(named[name]);
            }
        }
        else if (node is JsonArray items) foreach (var item in items) Timeless(item);
        return node;
    }
}
