using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class EvaluateTests : TempFolder
{
    [Fact]
    public void An_encoder_is_measured_in_every_way_and_comes_back_unchanged()
    {
        string pool = WriteImages("pool", 200);
        string encoder = TrainedEncoder(pool);
        File.WriteAllLines(At("list.txt"), Enumerable.Range(0, 40).Select(i => (5 * i).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        string before = ContentHash.OfFile(encoder);

        var outcome = Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--few-shot", "--draws", "2", "--subset", "list.txt", "--views", "2", "--k", "5", "--threads", "1", "--json").Is(0);

        Assert.Equal(before, ContentHash.OfFile(encoder));
        var report = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.True(report.GetProperty("encoder_unchanged").GetBoolean());
        int training = report.GetProperty("training_images").GetInt32(), test = report.GetProperty("test_images").GetInt32();
        Assert.Equal(200, training + test);
        Assert.InRange(test, 35, 45);
        Assert.StartsWith("20 % of the pool", report.GetProperty("test").GetString());
        var linear = report.GetProperty("linear").GetProperty("test");
        Assert.Equal(test, linear.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("images").GetInt32()));
        Assert.Equal(linear.GetProperty("top1").GetDouble(), linear.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("correct").GetInt32()) / (double)test, 1e-12);
        Assert.InRange(linear.GetProperty("top1").GetDouble(), 0.2, 1);     // ten classes
        Assert.Equal(5, report.GetProperty("neighbours").GetProperty("neighbours").GetInt32());
        Assert.Equal(2, report.GetProperty("few_shot")[1].GetProperty("draws").GetArrayLength());
        Assert.Equal(200, report.GetProperty("geometry").GetProperty("pool").GetProperty("images").GetInt32());
        Assert.Equal(40, report.GetProperty("geometry").GetProperty("subset").GetProperty("images").GetInt32());
        Assert.NotEmpty(report.GetProperty("geometry").GetProperty("bound").GetProperty("verdict").GetString()!);
        Assert.Equal(outcome.Output.Trim(), File.ReadAllText(At("trained", "evaluation", "evaluation.json")).Trim());
    }

    [Fact]
    public void Test_images_are_a_pools_own_or_given()
    {
        string sample = Path.Combine(Tool.Root, "samples", "fashion-mnist"), pool = WriteImages("pool", 120);
        string encoder = TrainedEncoder(pool);

        var own = Tool.Run(Folder, "evaluate", encoder, "--pool", sample, "--threads", "1", "--out", "own").Is(0);
        Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--test", pool, "--threads", "1", "--k", "1", "--knn-temperature", "none", "--out", "given", "--json").Is(0);

        Assert.Contains("2,000 labelled images", own.Output);
        Assert.Contains("tested on 500: the test images of", own.Output);
        Assert.Contains("Nothing was chosen on the test images", own.Output);
        var given = JsonDocument.Parse(File.ReadAllText(At("given", "evaluation.json"))).RootElement;
        Assert.Equal(1, given.GetProperty("neighbours").GetProperty("test").GetProperty("top1").GetDouble());    // every image is its own nearest neighbour
    }

    /// Accuracy on listed images is that on the same images as a pool of their own, with probes that learned from the rest.
    [Fact]
    public void Images_of_the_pool_can_be_judged_on_and_are_not_learned_from()
    {
        string pool = WriteImages("pool", 120), encoder = TrainedEncoder(pool);
        List("held.txt", i => i % 4 == 0);      // the listing goes label by label
        List("rest.txt", i => i % 4 != 0);
        List("across.txt", i => i % 12 != 4);
        List("all.txt", _ => true);
        string[] common = ["evaluate", encoder, "--pool", pool, "--threads", "1", "--pixels-from", At("trained")];

        var listed = Tool.Run(Folder, [.. common, "--test-on", "held.txt", "--out", "a", "--json"]).Is(0);
        Tool.Run(Folder, [.. common, "--test-on", "held.txt", "--train-on", "rest.txt", "--out", "b"]).Is(0);

        Assert.Contains("read     as before", listed.Error);
        Assert.False(File.Exists(At("a", "cache", "pixels.u8")));
        var report = JsonDocument.Parse(listed.Output).RootElement;
        Assert.Equal((90, 30), (report.GetProperty("training_images").GetInt32(), report.GetProperty("test_images").GetInt32()));
        Assert.Equal(Top1("a"), Top1("b"));
        Assert.Contains("20 images are in across.txt (--train-on) and in held.txt (--test-on)", Tool.Run(Folder, [.. common, "--test-on", "held.txt", "--train-on", "across.txt", "--out", "c"]).Is(2).Error);
        Assert.Contains("none is left for the probes to learn from", Tool.Run(Folder, [.. common, "--test-on", "all.txt", "--out", "c"]).Is(2).Error);
        Assert.Contains("--test and --test-on are both given", Tool.Run(Folder, [.. common, "--test-on", "held.txt", "--test", pool]).Is(2).Error);
        Assert.Contains("are not used: image size was 16 and is 28", Tool.Run(Folder, "select", pool, "--objective", "random", "--pixels-from", At("trained"), "--image-size", "28", "--out", "d").Is(0).Error);

        void List(string name, Func<int, bool> wanted) => File.WriteAllLines(At(name), Enumerable.Range(0, 120).Where(wanted).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        (double, double) Top1(string run)
        {
            var at = JsonDocument.Parse(File.ReadAllText(At(run, "evaluation.json"))).RootElement;
            return (at.GetProperty("linear").GetProperty("test").GetProperty("top1").GetDouble(), at.GetProperty("neighbours").GetProperty("test").GetProperty("top1").GetDouble());
        }
    }

    [Fact]
    public void What_cannot_be_evaluated_is_said()
    {
        string pool = WriteImages("pool", 30), encoder = TrainedEncoder(pool);
        File.WriteAllText(At("no.safetensors"), "nothing");

        Assert.Contains("no such file", Tool.Run(Folder, "evaluate", "missing.safetensors", "--pool", pool).Is(2).Error);
        Assert.Contains("no.safetensors", Tool.Run(Folder, "evaluate", "no.safetensors", "--pool", pool).Is(3).Error);
        Assert.Contains("expected a number above 0, or none", Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--knn-temperature", "-1").Is(2).Error);
        Assert.Contains("no such file or folder", Tool.Run(Folder, "evaluate", encoder, "--pool", "nowhere").Is(3).Error);
        Assert.Contains("holds embeddings", Tool.Run(Folder, "evaluate", encoder, "--pool", WriteEmbedding("e.npy", 20, 5)).Is(2).Error);
    }

    string TrainedEncoder(string pool)
    {
        Tool.Run(Folder, "pretrain", pool, "--epochs", "1", "--image-size", "16", "--width", "0.125", "--threads", "1", "--out", "trained").Is(0);
        return At("trained", "encoder.safetensors");
    }
}
