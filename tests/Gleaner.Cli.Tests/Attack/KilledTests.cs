using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// SIGKILL at random moments, in the commands whose own tests do not do it (select on images, pretrain and compare are killed in theirs).
public sealed class KilledTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--width", "0.125", "--threads", "1"];

    [Fact]
    public void Select_on_embeddings()
    {
        WriteEmbedding("pool.npy", 4000, 16, values => Array.Copy(values, 0, values, 16 * 100, 16 * 50)); // 50 copies
        Survives(run => ["select", "pool.npy", "--fraction", "0.3", "--objective", "facility-location", "--dedup", "0.01", "--out", run]);
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
    public void Report()
    {
        WriteEmbedding("pool.npy", 2000, 16);
        Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(0);
        string finished = File.ReadAllText(At("run", "report.html"));
        KillAtRandomMoments(["report", "run"], Lasting(() => Tool.Run(Folder, "report", "run").Is(0)), () => Assert.EndsWith("</html>", File.ReadAllText(At("run", "report.html")).TrimEnd()));
        Tool.Run(Folder, "report", "run").Is(0);
        Assert.Equal(finished.Length, File.ReadAllText(At("run", "report.html")).Length);
    }

    /// Every mark that was answered is in its file, and the lock is free as soon as its owner is dead.
    [Fact]
    public void View()
    {
        WriteEmbedding("pool.npy", 500, 16);
        Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(0);
        for (int kill = 0; kill < 2 * Effort.Times; kill++)
        {
            var view = RunningView.Start(Folder, "run");
            string token = view.Token;
            for (int image = 3 * kill; image < 3 * kill + 3; image++)
                Assert.Equal(System.Net.HttpStatusCode.SeeOther, view.Post("/mark", ("token", token), ("exclude", $"{image % 500}")).StatusCode);
            view.Kill();

            Assert.Equal(Math.Min(500, 3 * kill + 3), File.ReadAllLines(Directory.GetFiles(At("run"), "*exclude.csv").Single()).Length - 1);
        }
    }

    // Killed again and again, it must end with the results of a run that nobody disturbed.
    void Survives(Func<string, string[]> command)
    {
        var whole = Lasting(() => Tool.Run(Folder, command("whole")).Is(0));

        KillAtRandomMoments(command("killed"), whole);
        Tool.Run(Folder, command("killed")).Is(0);

        Assert.Equal(Steady("whole"), Steady("killed"));
        Assert.Equal(Results(At("whole")), Results(At("killed")));
        Assert.Empty(Directory.EnumerateFiles(At("killed"), "*.unfinished", SearchOption.AllDirectories));
    }

    // What tells times and speed is left out.
    Dictionary<string, string> Steady(string run) => Bytes(At(run)).Where(file => file.Key != "metrics.jsonl" && !file.Key.StartsWith("events.out", StringComparison.Ordinal)).ToDictionary();

    void KillAtRandomMoments(string[] command, TimeSpan whole, Action? check = null)
    {
        var random = new Random(Environment.ProcessId);
        for (int kill = 0; kill < 2 * Effort.Times; kill++)
        {
            using var process = Tool.Start(Folder, command);
            process.WaitForExit(whole * random.NextDouble());
            process.Kill();
            process.WaitForExit();
            check?.Invoke();
        }
        Effort.Tell($"{2 * Effort.Times} kills");
    }

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
