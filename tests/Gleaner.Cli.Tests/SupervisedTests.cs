using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class SupervisedTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--width", "0.125", "--batch", "32", "--threads", "1"];

    [Fact]
    public void A_classifier_is_trained_on_a_subset_and_scores_it()
    {
        string pool = WriteImages("pool", 200);
        File.WriteAllLines(At("list.txt"), Enumerable.Range(0, 150).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        var outcome = Tool.Run(Folder, ["supervised", pool, "--subset", "list.txt", "--first", "128", "--test", pool, "--epochs", "15", "--early-runs", "2", "--el2n-epoch", "1", "--json", "--out", "run", .. Quick]).Is(0);

        var report = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal(128, report.GetProperty("images").GetInt32());
        Assert.Equal(60, report.GetProperty("steps").GetInt32());
        Assert.InRange(report.GetProperty("accuracy").GetProperty("top1").GetDouble(), 0.3, 1);      // ten classes
        string[] scores = File.ReadAllLines(At("run", "scores.csv"));
        Assert.Equal(129, scores.Length);
        Assert.Contains("label ", scores[1]);
        string[] orders = [.. report.GetProperty("orders").EnumerateArray().Select(o => o.GetString()!)];
        Assert.Contains("orders/el2n-hard-first.npy", orders);
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 128), IntegersFile.Read(At("run", order)).Order()));
        Assert.Contains("supervised as before", Tool.Run(Folder, ["supervised", pool, "--subset", "list.txt", "--first", "128", "--test", pool, "--epochs", "15", "--early-runs", "2", "--el2n-epoch", "1", "--out", "run", .. Quick]).Is(0).Error);
        Assert.Contains("length is 15 epochs there and 16 epochs now", Tool.Run(Folder, ["supervised", pool, "--subset", "list.txt", "--first", "128", "--test", pool, "--epochs", "16", "--early-runs", "2", "--el2n-epoch", "1", "--out", "run", .. Quick]).Is(2).Error);

        // An order is a list of images as any other.
        Tool.Run(Folder, ["pretrain", pool, "--subset", At("run", "orders", "forgetting-hard-first.npy"), "--first", "64", "--epochs", "1", "--out", "pretrained", .. Quick]).Is(0);
    }

    [Fact]
    public void Early_runs_that_are_done_are_kept_when_it_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        string pool = WriteImages("pool", 60);
        string[] train = ["supervised", pool, "--epochs", "4", "--early-runs", "60", "--el2n-epoch", "4", .. Quick];
        var process = Tool.Start(Folder, [.. train, "--out", "run"]);
        string[] Kept() => Directory.Exists(At("run", "cache")) ? Directory.GetFiles(At("run", "cache"), "early-*.json", SearchOption.AllDirectories) : [];
        while (!process.HasExited && Kept().Length < 3) Thread.Sleep(10);
        System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        Tool.Finish(process).Is(130);
        Assert.InRange(Kept().Length, 3, 59);

        string rest = Tool.Run(Folder, [.. train, "--out", "run"]).Is(0).Error;
        Tool.Run(Folder, [.. train, "--out", "whole"]).Is(0);

        Assert.DoesNotContain("run 1,", rest);
        Assert.Equal(File.ReadAllText(At("whole", "scores.csv")), File.ReadAllText(At("run", "scores.csv")));
    }

    [Fact]
    public void Images_that_are_judged_on_are_not_trained_on()
    {
        string pool = WriteImages("pool", 60);
        File.WriteAllLines(At("held.txt"), Enumerable.Range(0, 20).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        File.WriteAllLines(At("list.txt"), Enumerable.Range(15, 20).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        var outcome = Tool.Run(Folder, ["supervised", pool, "--test-on", "held.txt", "--epochs", "1", "--json", "--out", "run", .. Quick]).Is(0);

        var report = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal((40, 20), (report.GetProperty("images").GetInt32(), report.GetProperty("accuracy").GetProperty("images").GetInt32()));
        Assert.Contains("5 images are in list.txt (--subset) and in held.txt (--test-on)", Tool.Run(Folder, ["supervised", pool, "--subset", "list.txt", "--test-on", "held.txt", "--out", "other", .. Quick]).Is(2).Error);
    }

    [Fact]
    public void What_cannot_be_trained_on_is_said()
    {
        string pool = WriteImages("pool", 20);
        foreach (string folder in Directory.GetDirectories(pool).Skip(1)) Directory.Delete(folder, recursive: true);

        Assert.Contains("expected at least two classes", Tool.Run(Folder, ["supervised", pool, "--out", "run", .. Quick]).Is(3).Error);
        Assert.Contains("--batch 2; expected 3 to", Tool.Run(Folder, "supervised", pool, "--batch", "2").Is(2).Error);
        Assert.Contains("--first is given without --subset", Tool.Run(Folder, "supervised", pool, "--first", "3").Is(2).Error);
        Assert.Contains("--el2n-epoch 3; the training has 2 whole epochs", Tool.Run(Folder, ["supervised", WriteImages("more", 40), "--epochs", "2", "--early-runs", "1", "--el2n-epoch", "3", "--out", "early", .. Quick]).Is(2).Error);
        Assert.False(Directory.Exists(At("early", "checkpoints"))); // before any training
        Assert.Contains("EL2N after 1 epoch and", Tool.Run(Folder, ["supervised", At("more"), "--epochs", "2", "--early-runs", "1", "--out", "early", .. Quick]).Is(0).Error);
        Assert.Contains("the training ends within its first epoch", Tool.Run(Folder, ["supervised", At("more"), "--steps", "1", "--early-runs", "1", "--out", "short", .. Quick]).Is(2).Error);
        Directory.CreateDirectory(At("strange", "zebra"));
        File.Copy(Directory.GetFiles(At("more"), "*.png", SearchOption.AllDirectories)[0], At("strange", "zebra", "0.png"));
        Assert.Contains("no test image has a label that an image of", Tool.Run(Folder, ["supervised", At("more"), "--test", "strange", "--epochs", "1", "--out", "strangers", .. Quick]).Is(3).Error);
        Assert.False(Directory.Exists(At("strangers", "checkpoints")));
        Assert.Contains("holds embeddings", Tool.Run(Folder, "supervised", WriteEmbedding("e.npy", 20, 5), "--out", "e").Is(2).Error);
    }
}
