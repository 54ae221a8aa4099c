using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

/// --classes labels:FILE and kmeans:auto, and --agreement.
public sealed class SelectClassesTests : TempFolder
{
    static readonly string[] Animals = ["ant", "bee", "cat", "dog", "eel"];

    [Fact]
    public void A_few_labels_name_every_image_and_the_names_are_kept()
    {
        string embedding = WriteEmbedding("e.npy", 300, 20);
        File.WriteAllLines(At("few.csv"), ["index,label", .. Enumerable.Range(40, 25).Select(i => $"{i},{Animals[i % 5]}")]);
        File.WriteAllLines(At("truth.txt"), Enumerable.Range(0, 300).Select(i => $"{i % 5}"));
        string[] args = ["select", embedding, "--classes", "labels:few.csv", "--agreement", "truth.txt", "--count", "30", "--out", "run"];

        var outcome = Tool.Run(Folder, args).Is(0);

        Assert.Contains("5 classes learned from 25 labels, 5 a class; L2 ", outcome.Output);
        Assert.Contains("100.0 % of 25 held-out labels are named rightly (95 % interval 86.7 to 100.0)", outcome.Output);
        Assert.Contains("never used to select: purity 1.000, normalised mutual information 1.000, adjusted Rand index 1.000, accuracy of the best matching 1.000.", outcome.Output);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => i % 5), IntegersFile.Read(At("run", "classes.npy")));
        Assert.Equal(Animals, JsonSerializer.Deserialize<string[]>(File.ReadAllText(At("run", "class-names.json"))));
        string report = File.ReadAllText(At("run", "report.html"));
        Assert.Contains("2 (cat)", report);
        Assert.Contains("held-out labels are named rightly", report);
        Assert.Contains("never used to select", report);
        using var manifest = JsonDocument.Parse(File.ReadAllText(At("run", "manifest.json")));
        Assert.Equal("1.0000", manifest.RootElement.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("stage").GetString() == "agree").GetProperty("facts").GetProperty("ari").GetString());

        var again = Tool.Run(Folder, args).Is(0);
        Assert.Contains("classes  as before", again.Error);
        Assert.Contains("agree    as before", again.Error);
        Assert.Equal(outcome.Output[..outcome.Output.IndexOf("Time:", StringComparison.Ordinal)], again.Output[..again.Output.IndexOf("Time:", StringComparison.Ordinal)]);
        Tool.Run(Folder, "select", embedding, "--classes", "kmeans:5", "--out", "run").Is(0);
        Assert.DoesNotContain("2 (cat)", File.ReadAllText(At("run", "report.html"))); // what an earlier run left is not read
    }

    [Fact]
    public void Labels_of_unreadable_images_are_ignored_with_a_note_and_what_cannot_be_found_is_said()
    {
        string embedding = WriteEmbedding("e.npy", 200, 20, values => values.AsSpan(7 * 20, 20).Clear());
        File.WriteAllLines(At("few.txt"), [.. Enumerable.Range(20, 15).Where(i => i % 5 < 3).Select(i => $"{i} {Animals[i % 5]}"), "7 zebra", "33 dog"]);
        File.WriteAllLines(At("truth.csv"), ["index,label", .. Enumerable.Range(0, 200).Select(i => $"{i},{i % 5}")]);

        var outcome = Tool.Run(Folder, "select", embedding, "--classes", "labels:few.txt", "--agreement", "truth.csv", "--out", "run").Is(0);

        Assert.Contains("1 of the labels in few.txt are of images that cannot be read, and are ignored", outcome.Error);
        Assert.Contains("no readable image has zebra: no image can be given it", outcome.Error);
        Assert.Contains("Classes with a single label: dog.", outcome.Output);
        Assert.Contains("No image of label 4 is in few.txt: this class cannot be found.", outcome.Output);
        Assert.Equal(-1, IntegersFile.Read(At("run", "classes.npy"))[7]);
    }

    [Fact]
    public void The_K_that_stands_out_is_found_and_the_curve_is_drawn()
    {
        string embedding = WriteEmbedding("e.npy", 400, 20);

        var outcome = Tool.Run(Folder, "select", embedding, "--classes", "kmeans:auto", "--out", "run").Is(0);

        Assert.Contains("K = 5: the silhouette ", outcome.Output);
        Assert.Contains("within 5 latent classes", outcome.Output);
        using var curve = JsonDocument.Parse(File.ReadAllText(At("run", "classes-curve.json")));
        Assert.Equal(5, curve.RootElement.GetProperty("classes").GetInt32());
        Assert.Contains(curve.RootElement.GetProperty("curve").EnumerateArray(), trial => trial.GetProperty("classes").GetInt32() == 6 && trial.GetProperty("inertia").GetDouble() > 0);
        string report = File.ReadAllText(At("run", "report.html"));
        Assert.Contains("Silhouette by number of classes", report);
        Assert.Contains("more classes than the true ones may be better", report);
        Assert.Contains("--classes kmeans:auto", report);
        Assert.Contains("choose-k as before", Tool.Run(Folder, "select", embedding, "--classes", "kmeans:auto", "--fraction", "0.5", "--out", "run").Is(0).Error);
    }

    [Fact]
    public void Classes_are_compared_with_the_labels_that_a_pool_has_unless_they_are_these()
    {
        File.WriteAllLines(At("classes.txt"), Enumerable.Range(0, 2000).Select(i => $"{i % 7}"));
        string[] args = ["select", "sample", "--objective", "balanced", "--classes", "given:classes.txt", "--image-size", "28", "--out", "run"];

        Assert.Contains("Agreement of 7 classes with the pool's own labels (10 labels of 2,000 images), never used to select: purity 0.", Tool.Run(Folder, args).Is(0).Output);
        Assert.DoesNotContain("Agreement", Tool.Run(Folder, [.. args, "--agreement", "none"]).Is(0).Output);
        Assert.DoesNotContain("Agreement", Tool.Run(Folder, "select", "sample", "--objective", "balanced", "--classes", "labels", "--out", "run").Is(0).Output);
    }

    [Fact]
    public void A_folder_s_names_are_compared_with_only_if_asked_for()
    {
        string images = WriteImages("pool", 40);
        File.WriteAllLines(At("classes.txt"), Enumerable.Range(0, 40).Select(i => $"{i % 2}"));
        string[] args = ["select", images, "--objective", "balanced", "--classes", "given:classes.txt", "--image-size", "28", "--out", "run"];

        Assert.DoesNotContain("Agreement", Tool.Run(Folder, args).Is(0).Output);
        Assert.Contains("Agreement of 2 classes with the pool's own labels", Tool.Run(Folder, [.. args, "--agreement", "labels"]).Is(0).Output);
    }

    [Theory]
    [InlineData(2, "--agreement none.csv: no such file", "--agreement", "none.csv")]
    [InlineData(2, "--agreement labels: embeddings in e.npy has no labels", "--agreement", "labels")]
    [InlineData(2, "expected kmeans, kmeans:K with K at least 1, kmeans:auto, labels:FILE, clip:FILE, given:FILE, or labels", "--classes", "kmeans:many")]
    [InlineData(3, "bad.csv, line 2: image 99; expected 0 to 49", "--classes", "labels:bad.csv")]
    [InlineData(3, "one.csv: all 2 readable images have the label 4; expected at least two different labels", "--classes", "labels:one.csv")]
    public void Bad_words_and_files_end_with_their_reason(int exit, string message, params string[] args)
    {
        WriteEmbedding("e.npy", 50, 10);
        File.WriteAllText(At("bad.csv"), "3,1\n99,0\n");
        File.WriteAllText(At("one.csv"), "3,4\n5,4\n");

        Assert.Contains(message, Tool.Run(Folder, ["select", "e.npy", .. args, "--out", "run"]).Is(exit).Error);
    }
}
