using System.Diagnostics;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class SelectImagesTests : TempFolder
{
    const int Images = 160;

    static readonly string[] Quick = ["--image-size", "16", "--proxy-epochs", "3", "--proxy-width", "0.125", "--classes", "kmeans:4", "--threads", "1"];

    [Fact]
    public void A_folder_is_selected_from_end_to_end_and_goes_on_from_what_is_there()
    {
        string pool = WriteImages("pool", Images);
        File.WriteAllText(At("pool", "label 0", "broken.png"), "no picture");

        var first = Tool.Run(Folder, ["select", pool, "--count", "40", "--out", "run", "--copy-to", "kept", .. Quick]).Is(0);

        string[] keys = File.ReadAllLines(At("run", "subset.txt"));
        Assert.Equal(40, keys.Length);
        Assert.All(keys, key => Assert.Equal(File.ReadAllBytes(At("pool", key)), File.ReadAllBytes(At("kept", key))));
        Assert.Equal(40, Directory.GetFiles(At("kept"), "*", SearchOption.AllDirectories).Length);
        Assert.Contains("1 more cannot be read", first.Output);
        Assert.Contains("label 0/broken.png", File.ReadAllText(At("run", "unreadable.csv")));
        Assert.Equal(Images + 1, EmbeddingFile.Read(At("run", "embedding.npy")).Count);
        foreach (string file in new[] { "encoder.safetensors", "contact-sheet.png" }) Assert.True(File.Exists(At("run", file)), file);

        var linked = Tool.Run(Folder, ["select", pool, "--count", "20", "--out", "run", "--link-to", "links", .. Quick]).Is(0);
        Assert.All(File.ReadAllLines(At("run", "subset.txt")), key => Assert.Equal(At("pool", key), new FileInfo(At("links", key)).LinkTarget));
        foreach (string stage in new[] { "read", "proxy", "embed", "classes", "rank" }) Assert.Contains($"{stage,-8} as before", linked.Error);

        File.WriteAllLines(At("exclude.txt"), File.ReadAllLines(At("run", "subset.txt")));
        var others = Tool.Run(Folder, ["select", pool, "--count", "20", "--out", "run", "--exclude", "exclude.txt", .. Quick]).Is(0);
        foreach (string stage in new[] { "read", "proxy", "embed", "classes" }) Assert.Contains($"{stage,-8} as before", others.Error);
        Assert.Contains("(again: exclude is new)", others.Error);
        Assert.Empty(File.ReadAllLines(At("run", "subset.txt")).Intersect(File.ReadAllLines(At("exclude.txt"))));

        Assert.Contains("hold 20 files that are not in this subset".Replace("hold ", "holds ", StringComparison.Ordinal), Tool.Run(Folder, ["select", pool, "--count", "20", "--out", "run", "--copy-to", "kept", .. Quick]).Is(2).Error);

        File.Delete(At("pool", "label 0", "broken.png"));
        var changed = Tool.Run(Folder, ["select", pool, "--count", "20", "--out", "run", .. Quick]).Is(0);
        Assert.Contains("(again: pool was ", changed.Error);
    }

    [Fact]
    public void A_trained_proxy_serves_another_pool_and_views_and_the_head_work()
    {
        string pool = WriteImages("pool", Images);
        Tool.Run(Folder, ["select", pool, "--count", "40", "--out", "run", .. Quick]).Is(0);

        Tool.Run(Folder, ["select", pool, "--count", "40", "--out", "other", "--proxy", At("run", "encoder.safetensors"), "--views", "2", "--embed", "head", .. Quick]).Is(0);

        Assert.Equal(128, EmbeddingFile.Read(At("other", "embedding.npy")).Dimension);
        Assert.False(File.Exists(At("other", "encoder.safetensors")));

        var sized = Tool.Run(Folder, "select", pool, "--count", "40", "--out", "sized", "--proxy", At("run", "encoder.safetensors"), "--classes", "kmeans:4").Is(0);
        Assert.Contains("decoding to 16 x 16 pixels", sized.Error); // what the proxy was trained with, not a folder's 64
    }

    [Fact]
    public void A_checkpoint_of_PyTorch_is_recognised_and_serves_as_the_proxy_and_one_that_runs_code_is_refused_by_name()
    {
        string pool = WriteImages("pool", 30), fixtures = Path.Combine(Tool.Root, "tests", "fixtures", "statedict");

        var selected = Tool.Run(Folder, "select", pool, "--count", "10", "--out", "run", "--proxy", Path.Combine(fixtures, "resnet10-moco.pt"), "--classes", "kmeans:3", "--threads", "1").Is(0);
        var refused = Tool.Run(Folder, "select", pool, "--count", "10", "--out", "bad", "--proxy", Path.Combine(fixtures, "runs-code.pt")).Is(3);
        var notRead = Tool.Run(Folder, "evaluate", Path.Combine(fixtures, "checkpoint.th"), "--pool", pool, "--out", "evaluated").Is(3);

        Assert.Contains("decoding to 64 x 64 pixels", selected.Error); // kept; the encoder's 224 are decoded for it alone
        Assert.Contains("ResNet-10, width 0.03125, Conv7Stride2Pool, 224 px (the file does not say; ResNet-10 by its keys, entry state_dict, prefix module.encoder_q. removed, ImageNet's mean and standard deviation)", selected.Error);
        Assert.Equal(16, EmbeddingFile.Read(At("run", "embedding.npy")).Dimension);
        Assert.Contains("asks for posix.system, which is no part of a state dict; nothing was imported, called or built.", refused.Error);
        Assert.DoesNotContain("the pickle ran", refused.Output + refused.Error);
        Assert.Contains("expected the keys of a ResNet of torchvision", notRead.Error);
    }

    [Fact]
    public void A_budget_in_minutes_is_planned_once()
    {
        string pool = WriteImages("pool", Images);
        string[] args = ["select", pool, "--out", "run", "--image-size", "16", "--proxy-minutes", "0.03", "--proxy-width", "0.125", "--classes", "kmeans:4", "--threads", "1"];

        Assert.Contains("fit into 0.03 minutes", Tool.Run(Folder, args).Is(0).Error);

        Assert.Contains("proxy    as before", Tool.Run(Folder, args).Is(0).Error);
    }

    [Fact]
    public void Labels_of_the_folder_can_be_the_classes_and_random_needs_no_proxy()
    {
        string pool = WriteImages("pool", 60);

        var balanced = Tool.Run(Folder, "select", pool, "--fraction", "0.5", "--objective", "balanced", "--classes", "labels", "--out", "balanced", "--image-size", "16").Is(0);
        var random = Tool.Run(Folder, "select", pool, "--fraction", "0.5", "--objective", "random", "--out", "random", "--image-size", "16").Is(0);

        Assert.DoesNotContain("proxy", balanced.Error + random.Error);
        string[] folders = [.. Directory.GetDirectories(At("pool")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(folders, ClassNames.Read(At("balanced", ClassNames.FileName)).Names);
        Assert.Contains($"0 ({folders[0]})", File.ReadAllText(At("balanced", "report.html")));
        var kept = File.ReadAllLines(At("balanced", "subset.txt")).GroupBy(key => key.Split('/')[0]);
        Assert.All(kept, group => Assert.InRange(group.Count(), Directory.GetFiles(At("pool", group.Key)).Length / 2, (Directory.GetFiles(At("pool", group.Key)).Length + 1) / 2));
    }

    [Fact]
    public void An_interrupt_saves_and_says_how_to_go_on()
    {
        string pool = WriteImages("pool", Images);
        string[] args = ["select", pool, "--out", "run", "--image-size", "16", "--proxy-epochs", "2000", "--proxy-width", "0.125", "--threads", "1"];
        using var process = Tool.Start(Folder, args);
        string started = "";
        while (!started.Contains("training", StringComparison.Ordinal) && process.StandardError.ReadLine() is { } line) started = line;
        Thread.Sleep(4000);

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        string rest = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {rest}");
        Assert.Contains("The same command goes on from there", rest);
    }

    [Fact]
    public void The_doctor_finds_everything_here()
    {
        var outcome = Tool.Run(Folder, "doctor").Is(0);

        Assert.Contains("ok  libtorch", outcome.Output);
        Assert.Contains("Everything needed is here.", outcome.Output);
        Assert.StartsWith("[", Tool.Run(Folder, "doctor", "--json").Is(0).Output);
    }
}
