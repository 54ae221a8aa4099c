using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class DedupTests : TempFolder
{
    // 200 rows in five groups, of which rows 170 to 199 repeat rows 0, 5, 10, ...: each in its own group.
    string WriteWithCopies() => WriteEmbedding("e.npy", 200, 10, values =>
    {
        for (int i = 170; i < 200; i++) values.AsSpan((i - 170) * 5 * 10, 10).CopyTo(values.AsSpan(i * 10));
    });

    [Theory]
    [InlineData("facility-location", "exact"), InlineData("graph-cut", "exact"), InlineData("modular", "exact"), InlineData("random", "exact"), InlineData("balanced", "exact")]
    [InlineData("facility-location", "0"), InlineData("graph-cut", "0"), InlineData("modular", "0"), InlineData("random", "0"), InlineData("balanced", "0")]
    public void Copies_are_left_out_listed_and_counted_whatever_ranks(string objective, string dedup)
    {
        string embedding = WriteWithCopies();

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "0.85", "--classes", "kmeans:5", "--objective", objective, "--dedup", dedup, "--dedup-stays", "first", "--out", "run").Is(0);

        Assert.Equal(Enumerable.Range(0, 170), Subset("run").Order().Select(i => (int)i)); // 85 % of all 200
        string[] scores = File.ReadAllLines(At("run", "scores.csv"));
        Assert.StartsWith("index,key,class,rank,", scores[0]);
        for (int i = 0; i < 200; i++)
        {
            string[] fields = scores[i + 1].Split(',');
            Assert.Equal(i < 170 ? ["", ""] : [$"{(i - 170) * 5}", "duplicate"], fields[^2..]);
            Assert.Equal(i >= 170, fields[3].Length == 0);
            if (i >= 170) Assert.Equal(["", "", "", "false"], fields[4..8]);
        }
        Assert.Equal(["index,key,duplicate_of,duplicate_of_key,similarity", .. Enumerable.Range(170, 30).Select(i => $"{i},{i},{(i - 170) * 5},{(i - 170) * 5},1")],
            File.ReadAllLines(At("run", "duplicates.csv")));
        Assert.Contains("Kept 170 of 200 images (85 %)", outcome.Output);
        Assert.Contains("30 images of the pool repeat one that stays", outcome.Output);
        Assert.DoesNotContain("NaN", outcome.Output + File.ReadAllText(At("run", "scores.csv")));
        using var manifest = JsonDocument.Parse(File.ReadAllText(At("run", "manifest.json")));
        var subset = manifest.RootElement.GetProperty("subset");
        Assert.Equal(30, subset.GetProperty("duplicates_removed").GetInt32());
        Assert.Equal(0, subset.GetProperty("exact_duplicates_kept").GetInt32());
        Assert.Equal(dedup, manifest.RootElement.GetProperty("options").GetProperty("dedup").GetString());
    }

    [Fact]
    public void Without_the_option_copies_are_marked_and_kept_as_before()
    {
        string embedding = WriteWithCopies();
        Tool.Run(Folder, "select", embedding, "--fraction", "1", "--dedup", "exact", "--out", "run").Is(2);
        Tool.Run(Folder, "select", embedding, "--fraction", "0.5", "--dedup", "exact", "--out", "run").Is(0);
        Assert.True(File.Exists(At("run", "duplicates.csv")));

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "1", "--out", "run").Is(0);

        Assert.False(File.Exists(At("run", "duplicates.csv")));
        Assert.Contains("30 of the kept images are exact copies of earlier ones", outcome.Output);
        Assert.Equal(200, Subset("run").Length);
    }

    [Fact]
    public void A_smaller_number_removes_less_and_what_is_there_is_reused()
    {
        string embedding = WriteEmbedding("e.npy", 300, 10);
        string[] command = ["select", embedding, "--count", "20", "--classes", "kmeans:5", "--out", "run", "--dedup"];
        Tool.Run(Folder, [.. command, "0.01"]).Is(0);
        int few = File.ReadAllLines(At("run", "duplicates.csv")).Length;

        var again = Tool.Run(Folder, [.. command, "0.05"]).Is(0);

        Assert.True(File.ReadAllLines(At("run", "duplicates.csv")).Length > few);
        Assert.Contains("dedup    looking for similarities from 0.95 on (again: duplicates was 0.01 and is 0.05)", again.Error);
        Assert.Contains("classes  as before", again.Error);
        Assert.Contains("similarity 0.95 or more, within a class", again.Output);
        string repeated = Tool.Run(Folder, [.. command, "0.05"]).Is(0).Error;
        foreach (string stage in new[] { "classes", "dedup", "rank", "subset" }) Assert.Contains($"{stage,-8} as before", repeated);
        Assert.Contains("dedup    looking for", Tool.Run(Folder, [.. command, "0.05", "--dedup-stays", "nearest"]).Is(0).Error);
    }

    [Fact]
    public void Threads_do_not_change_what_is_left_out()
    {
        string embedding = WriteEmbedding("e.npy", 300, 10);

        foreach (string threads in new[] { "1", "4" })
            Tool.Run(Folder, "select", embedding, "--count", "40", "--classes", "kmeans:5", "--dedup", "0.03", "--threads", threads, "--out", "run" + threads).Is(0);

        Assert.True(File.ReadAllLines(At("run1", "duplicates.csv")).Length > 5);
        Assert.Equal(Bytes(At("run1")), Bytes(At("run4")));
    }

    // Names of images are data: commas and quotes must not shift the columns, and the contact sheet is drawn of the images that are ranked.
    [Fact]
    public void Files_of_equal_pixels_are_exact_copies()
    {
        string pool = WriteImages("pool", 24);
        string first = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        string copy = At("pool", "label 9", "z, \"copy\".png");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(first, copy);

        Tool.Run(Folder, "select", pool, "--count", "24", "--objective", "random", "--dedup", "exact", "--image-size", "16", "--out", "run").Is(0);

        string removed = Assert.Single(File.ReadAllLines(At("run", "duplicates.csv"))[1..]);
        Assert.Contains("\"label 9/z, \"\"copy\"\".png\",", removed);
        Assert.EndsWith($",{Path.GetRelativePath(pool, first)},1", removed);
        Assert.True(File.Exists(At("run", "contact-sheet.png")));
    }

    [Theory]
    [InlineData("--dedup 1.5; expected none, exact, or a number from 0 to below 1", "--dedup", "1.5")]
    [InlineData("--dedup near; expected", "--dedup", "near")]
    [InlineData("--dedup nan; expected", "--dedup", "nan")]
    [InlineData("'far'", "--dedup", "0.1", "--dedup-stays", "far")]
    [InlineData("The budget asks for 190 of 200 images; 170 are left without the duplicates.", "--dedup", "exact", "--count", "190")]
    public void What_cannot_be_is_a_usage_error(string says, params string[] options) =>
        Assert.Contains(says, Tool.Run(Folder, ["select", WriteWithCopies(), .. options]).Is(2).Error);

    long[] Subset(string run)
    {
        using var file = NpyFile.Read(At(run, "subset.npy"));
        return file.ReadIntegers();
    }
}
