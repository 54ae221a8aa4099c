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
        var same = Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--test", pool, "--threads", "1", "--k", "1", "--knn-temperature", "none", "--out", "given", "--json").Is(0);
        var part = Tool.Run(Folder, "evaluate", encoder, "--pool", sample, "--test", sample, "--threads", "1", "--out", "own").Is(0);

        Assert.Contains("they are the images of the pool", same.Error);
        Assert.DoesNotContain("they are the images of the pool", part.Error);
        Assert.Contains($"tested on 500: the test images of {sample}", part.Output); // a path with test images of its own means these
        Assert.Contains("tested on 500: the test images of sample", Tool.Run(Folder, "evaluate", encoder, "--pool", sample, "--test", "sample", "--threads", "1", "--out", "own").Is(0).Output);
        Assert.Contains("2,000 labelled images", own.Output);
        Assert.Contains("tested on 500: the test images of", own.Output);
        Assert.Contains("Nothing was chosen on the test images", own.Output);
        var given = JsonDocument.Parse(File.ReadAllText(At("given", "evaluation.json"))).RootElement;
        Assert.Equal(1, given.GetProperty("neighbours").GetProperty("test").GetProperty("top1").GetDouble());    // every image is its own nearest neighbour
    }

    /// The test images are copies of some of the pool: each has itself as its nearest neighbour, if its label is the pool's of that name.
    [Fact]
    public void Labels_of_test_images_go_by_their_names()
    {
        string pool = WriteImages("pool", 120), encoder = TrainedEncoder(pool);
        foreach (string label in new[] { "label 3", "label 7" })
        {
            Directory.CreateDirectory(At("test", label));
            foreach (string file in Directory.GetFiles(Path.Combine(pool, label))) File.Copy(file, At("test", label, Path.GetFileName(file)));
        }
        Directory.CreateDirectory(At("test", "another label")); // comes first, and is none of the pool's
        File.Copy(Directory.GetFiles(Path.Combine(pool, "label 0"))[0], At("test", "another label", "0.png"));

        var outcome = Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--test", "test", "--threads", "1", "--k", "1", "--knn-temperature", "none", "--few-shot", "--draws", "1", "--out", "run").Is(0);

        var report = JsonDocument.Parse(File.ReadAllText(At("run", "evaluation.json"))).RootElement;
        Assert.Equal(1, report.GetProperty("neighbours").GetProperty("test").GetProperty("top1").GetDouble());
        Assert.Equal(1, report.GetProperty("test_images_left_out").GetInt32());
        Assert.Contains("1 test images have labels that no training image has", outcome.Error);
        Assert.Contains("1 more have labels that no training image has", outcome.Output);
        Assert.Contains("  one draw", outcome.Output);
        Assert.Contains("1 % of the labels, 1 of 1 draws: ", outcome.Output); // so few images leave no choice of the weight decay
    }

    /// A folder numbers its names in the order of texts, 0, 1, 10, 2, and a list of numbers means what it says.
    [Fact]
    public void Numbers_are_names_where_the_other_side_has_names()
    {
        string[] files = [.. Directory.GetFiles(WriteImages("images", 60), "*.png", SearchOption.AllDirectories).OrderBy(Path.GetFileName)];
        for (int i = 0; i < files.Length; i++)
        {
            Directory.CreateDirectory(At("pool", $"{i % 12}"));
            File.Copy(files[i], At("pool", $"{i % 12}", $"{i:00}.png"));
        }
        File.WriteAllLines(At("test.csv"), files.Take(30).Select((file, i) => $"{file},{i % 12}").Prepend("path,label"));
        string encoder = TrainedEncoder(At("pool"));

        Tool.Run(Folder, "evaluate", encoder, "--pool", "pool", "--test", "test.csv", "--threads", "1", "--k", "1", "--knn-temperature", "none", "--out", "run").Is(0);

        var report = JsonDocument.Parse(File.ReadAllText(At("run", "evaluation.json"))).RootElement;
        Assert.Equal((30, 1.0), (report.GetProperty("test_images").GetInt32(), report.GetProperty("neighbours").GetProperty("test").GetProperty("top1").GetDouble()));
    }

    [Fact]
    public void Listed_test_images_of_classes_that_are_not_learned_are_counted()
    {
        string pool = WriteImages("pool", 120), encoder = TrainedEncoder(pool);
        string[] files = [.. Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(pool, file))];
        File.WriteAllLines(At("fit.txt"), files.Where(file => !file.StartsWith("label 4", StringComparison.Ordinal) && file.EndsWith("0.png", StringComparison.Ordinal) is false));
        string[] held = [.. files.Where(file => file.EndsWith("0.png", StringComparison.Ordinal) || file.StartsWith("label 4", StringComparison.Ordinal))];
        File.WriteAllLines(At("held.txt"), held);

        var outcome = Tool.Run(Folder, "evaluate", encoder, "--pool", pool, "--train-on", "fit.txt", "--test-on", "held.txt", "--threads", "1", "--out", "run").Is(0);

        int left = held.Count(file => file.StartsWith("label 4", StringComparison.Ordinal));
        Assert.Contains($"{left} test images have labels that no training image has", outcome.Error);
        var report = JsonDocument.Parse(File.ReadAllText(At("run", "evaluation.json"))).RootElement;
        Assert.Equal((held.Length - left, left), (report.GetProperty("test_images").GetInt32(), report.GetProperty("test_images_left_out").GetInt32()));
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
