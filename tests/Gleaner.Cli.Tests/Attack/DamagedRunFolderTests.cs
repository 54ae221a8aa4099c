using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// A file of a run folder that was emptied, cut or replaced: the same command makes it again, or says what is wrong with it.
public sealed class DamagedRunFolderTests : TempFolder
{
    static readonly Func<byte[], byte[]>[] Damages = [_ => [], bytes => bytes[..(bytes.Length / 2)], _ => "null"u8.ToArray(), _ => "{}"u8.ToArray(), _ => "[null]"u8.ToArray()];

    static readonly string[] Quick = ["--image-size", "16", "--width", "0.125", "--threads", "1"];

    [Fact]
    public void Select()
    {
        string pool = WriteImages("pool", 60);
        File.WriteAllText(At("pool", "broken.png"), "no picture");
        Survives(run => ["select", pool, "--count", "10", "--image-size", "16", "--proxy-epochs", "1", "--proxy-width", "0.125", "--classes", "kmeans:3", "--dedup", "0.01", "--threads", "1", "--out", run], Bytes);
    }

    [Fact]
    public void Pretrain()
    {
        string pool = WriteImages("pool", 60);
        Survives(run => ["pretrain", pool, "--epochs", "2", "--batch", "20", "--knn-every", "1", "--out", run, .. Quick],
            run => Bytes(run).Where(file => file.Key.StartsWith("encoder.", StringComparison.Ordinal)).ToDictionary());
    }

    [Fact]
    public void Supervised()
    {
        string pool = WriteImages("pool", 60);
        Survives(run => ["supervised", pool, "--epochs", "2", "--batch", "20", "--out", run, .. Quick],
            run => Bytes(run).Where(file => Path.GetFileName(file.Key) is "scores.csv" or "classifier.safetensors").ToDictionary());
    }

    [Fact]
    public void Compare()
    {
        WriteImages("pool", 80);
        File.WriteAllText(At("recipe.yaml"), "pool: pool\nvalidation: 20 %\nbudgets: [20]\nseeds: [0]\narms:\n  random: {objective: random}\ntraining: {method: simclr, steps: 2, batch: 10, width: 0.125}\nimage-size: 16\n");
        Survives(run => ["compare", "recipe.yaml", "--jobs", "1", "--out", run], run => CompareTests.Results(Comparison.Read(Path.Combine(run, "comparison.json"))).ToDictionary(trial => trial));
    }

    /// Views as no training writes them, in the card beside an encoder.
    [Theory]
    [InlineData("null", 0)]
    [InlineData("\"\"", 3)]
    [InlineData("\"crop 0.08-1\"", 3)]
    [InlineData("\"[]\"", 3)]
    public void The_card_of_an_encoder(string view, int code)
    {
        string pool = WriteImages("pool", 60), card = At("trained", "encoder.json");
        Tool.Run(Folder, ["pretrain", pool, "--epochs", "1", "--batch", "20", "--out", "trained", .. Quick]).Is(0);
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(card))!;
        json["training"]!["views"] = new System.Text.Json.Nodes.JsonArray(System.Text.Json.Nodes.JsonNode.Parse(view));
        File.WriteAllText(card, json.ToJsonString());

        var outcome = Tool.Run(Folder, "evaluate", At("trained", "encoder.safetensors"), "--pool", pool, "--geometry", "--threads", "1", "--out", "run").Is(code);

        if (code != 0) Assert.Contains("encoder.json: the first of its views is no recipe", outcome.Error);
    }

    void Survives(Func<string, string[]> command, Func<string, Dictionary<string, string>> results)
    {
        Tool.Run(Folder, command("whole")).Is(0);
        var expected = results(At("whole"));
        string[] files = [.. Directory.GetFiles(At("whole"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal)];
        int damaged = 0, refused = 0;
        for (int i = 0; i < files.Length; i++)
            foreach (var damage in Effort.Times == 1 ? [Damages[i % Damages.Length]] : Damages)
            {
                Copy(At("whole"), At("damaged"));
                string file = files[i].Replace(At("whole"), At("damaged"), StringComparison.Ordinal), name = Path.GetRelativePath(At("damaged"), file);
                File.WriteAllBytes(file, damage(File.ReadAllBytes(file)));

                var outcome = Tool.Run(Folder, command("damaged"));

                Assert.True(!outcome.Error.Contains("should not happen", StringComparison.Ordinal), $"{name}, damage {Array.IndexOf(Damages, damage)}: {outcome.Error}");
                if (outcome.Code == 0) Assert.True(expected.OrderBy(file => file.Key).SequenceEqual(results(At("damaged")).OrderBy(file => file.Key)), $"{name}, damage {Array.IndexOf(Damages, damage)}: other results. {outcome.Error}");
                (damaged, refused) = (damaged + 1, outcome.Code == 0 ? refused : refused + 1);
            }
        Effort.Tell($"{damaged} damaged files of {files.Length}, {refused} refused");
    }

    // With the times of the files, by which a run knows that they are its own.
    static void Copy(string from, string to)
    {
        if (Directory.Exists(to)) Directory.Delete(to, recursive: true);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = file.Replace(from, to, StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }
    }
}
