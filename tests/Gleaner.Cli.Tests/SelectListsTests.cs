using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

/// --keep, --exclude and the objectives beside the paper's.
public sealed class SelectListsTests : TempFolder
{
    internal static readonly string[] Objectives = ["graph-cut", "modular", "facility-location", "k-center", "herding", "prototypes-hard", "prototypes-easy", "hierarchical", "random", "balanced"];

    public static TheoryData<string> AllObjectives => [.. Objectives];

    [Fact]
    public void The_tests_know_every_objective()
    {
        string help = Tool.Run(Folder, "select", "--help").Is(0).Output;

        string listed = help[(help.IndexOf("--objective <", StringComparison.Ordinal) + "--objective <".Length)..];
        Assert.Equal(Objectives.Order(), listed[..listed.IndexOf('>', StringComparison.Ordinal)].Split('|').Order());
    }

    [Theory, MemberData(nameof(AllObjectives))]
    public void Kept_images_come_first_and_excluded_ones_never_at_any_thread_count(string objective)
    {
        string embedding = WriteEmbedding("e.npy", 211, 10);
        File.WriteAllLines(At("keep.txt"), ["170", "3", "55"]);
        File.WriteAllLines(At("exclude.csv"), ["index,why", .. Enumerable.Range(100, 60).Select(i => $"{i},test set")]);

        foreach (string threads in new[] { "1", "2" })
            Tool.Run(Folder, "select", embedding, "--count", "120", "--classes", "kmeans:7", "--objective", objective, "--keep", "keep.txt", "--exclude", "exclude.csv",
                "--threads", threads, "--seed", "3", "--out", "run" + threads).Is(0);

        long[] subset = Kept("run1");
        Assert.Equal(Bytes(At("run1")), Bytes(At("run2")));
        Assert.Equal(120, subset.Distinct().Count());
        Assert.Equal([170, 3, 55], subset.Take(3));
        Assert.DoesNotContain(subset, i => i is >= 100 and < 160);
        string[][] rows = [.. File.ReadAllLines(At("run1", "scores.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(Enumerable.Range(0, 151), rows.Where(row => row[3] != "").Select(row => int.Parse(row[3], System.Globalization.CultureInfo.InvariantCulture)).Order());
        for (int i = 0; i < 211; i++)
        {
            bool excluded = i is >= 100 and < 160;
            Assert.Equal(excluded ? "excluded" : "", rows[i][^1]);
            Assert.Equal(excluded, rows[i][3] == "");
            Assert.Equal(subset.Contains(i) ? "true" : "false", rows[i][7]);
            if (excluded) Assert.Equal(["", "", ""], rows[i][4..7]);
        }
    }

    [Theory]
    [InlineData("images; the subset is to have 30. Ask for more with --fraction or --count, or for fewer of each class", "--count", "30", "--classes", "kmeans:20", "--min-per-class", "5")]
    [InlineData("--min-per-class is given with --objective hierarchical", "--objective", "hierarchical", "--min-per-class", "5")]
    [InlineData("--keep run/subset.npy is what this run writes anew", "--keep", "run/subset.npy", "--count", "120")]
    [InlineData("--classes given:nowhere.npy: nowhere.npy: no such file", "--classes", "given:nowhere.npy")]
    [InlineData("--classes given:; expected", "--classes", "given:")]
    [InlineData("--fraction many; expected a number above 0 and at most 1, or percent", "--fraction", "many")]
    [InlineData("--count 2.5; expected a whole number.", "--count", "2.5")]
    [InlineData("--proxy-minutes soon; expected a number.", "--proxy-minutes", "soon")]
    public void What_cannot_be_is_said(string why, params string[] options)
    {
        string embedding = WriteEmbedding("e.npy", 211, 10);
        Tool.Run(Folder, "select", embedding, "--count", "50", "--classes", "kmeans:3", "--out", "run").Is(0);

        Assert.Contains(why, Tool.Run(Folder, ["select", embedding, "--out", "run", .. options]).Is(2).Error);
    }

    [Fact]
    public void Options_that_change_nothing_are_named_and_percent_are_a_share()
    {
        string embedding = WriteEmbedding("e.npy", 200, 10);

        var outcome = Tool.Run(Folder, "select", embedding, "--fraction", "20%", "--objective", "random", "--views", "8", "--threshold", "0.5", "--classes", "kmeans:7", "--dedup-stays", "nearest", "--seed", "3", "--out", "run").Is(0);

        Assert.Equal(40, Kept("run").Length);
        Assert.Contains("--views changes nothing here: the pool is embeddings", outcome.Error);
        Assert.Contains("--threshold changes nothing here: --objective random has none", outcome.Error);
        Assert.Contains("--classes changes nothing here: --objective random knows no latent classes", outcome.Error);
        Assert.Contains("--dedup-stays changes nothing here: it is for --dedup EPS", outcome.Error);
        Assert.DoesNotContain("--seed", outcome.Error);
    }

    [Fact]
    public void The_manifest_and_the_summary_count_them()
    {
        string embedding = WriteEmbedding("e.npy", 100, 10);
        File.WriteAllLines(At("keep.txt"), ["7", "8"]);
        File.WriteAllLines(At("exclude.txt"), ["1", "2", "3"]);
        string[] args = ["select", embedding, "--classes", "kmeans:3", "--keep", "keep.txt", "--exclude", "exclude.txt", "--out", "run"];

        string summary = Tool.Run(Folder, args).Is(0).Output;
        using var manifest = JsonDocument.Parse(Tool.Run(Folder, [.. args, "--json", "--quiet"]).Is(0).Output);

        Assert.Contains("2 of them were given by keep.txt", summary);
        Assert.Contains("3 images were excluded by exclude.txt", summary);
        Assert.DoesNotContain("NaN", summary);
        var subset = manifest.RootElement.GetProperty("subset");
        Assert.Equal((2, 3), (subset.GetProperty("kept_by_list").GetInt32(), subset.GetProperty("excluded").GetInt32()));
        Assert.True(subset.GetProperty("mean_similarity_dropped").GetDouble() > 0);
        double[] toKept = [.. File.ReadLines(At("run", "scores.csv")).Skip(1).Select(line => line.Split(',')).Where(fields => fields[3].Length > 0 && fields[9].Length > 0).Select(fields => fields[9]).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(77, toKept.Length); // those excluded were not ranked
        Assert.Equal(toKept.Average(), subset.GetProperty("mean_similarity_to_kept").GetDouble(), 1e-6);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"to the most similar kept one of its class: {toKept.Average():0.000}"), summary);
        Assert.Equal("exclude.txt", manifest.RootElement.GetProperty("options").GetProperty("exclude").GetString());
    }

    [Fact]
    public void Another_list_ranks_again_and_classes_stay()
    {
        string embedding = WriteEmbedding("e.npy", 100, 10);
        File.WriteAllLines(At("exclude.txt"), ["1", "2"]);
        string[] args = ["select", embedding, "--classes", "kmeans:3", "--out", "run"];
        Tool.Run(Folder, args).Is(0);
        var whole = Kept("run");

        string first = Tool.Run(Folder, [.. args, "--exclude", "exclude.txt"]).Is(0).Error;
        File.WriteAllLines(At("exclude.txt"), ["2", "1"]);
        string same = Tool.Run(Folder, [.. args, "--exclude", "exclude.txt"]).Is(0).Error;
        File.WriteAllLines(At("exclude.txt"), ["2", $"{whole[0]}"]);
        string other = Tool.Run(Folder, [.. args, "--exclude", "exclude.txt"]).Is(0).Error;
        string none = Tool.Run(Folder, args).Is(0).Error;

        Assert.Contains("(again: exclude is new)", first);
        Assert.Contains("rank     as before", same); // the order of an exclusion means nothing
        Assert.Contains("(again: exclude was ", other);
        Assert.Contains("and is not given)", none);
        Assert.All(new[] { first, same, other, none }, error => Assert.Contains("classes  as before", error));
        Assert.Equal(whole, Kept("run"));
    }

    [Fact]
    public void An_earlier_subset_is_extended()
    {
        string embedding = WriteEmbedding("e.npy", 200, 10);
        Tool.Run(Folder, "select", embedding, "--count", "20", "--objective", "random", "--seed", "9", "--out", "early").Is(0);

        Tool.Run(Folder, "select", embedding, "--count", "50", "--objective", "k-center", "--keep", At("early", "subset.npy"), "--out", "late").Is(0);

        Assert.Equal(Kept("early"), Kept("late").Take(20));
        Assert.Equal(50, Kept("late").Distinct().Count());
    }

    [Fact]
    public void Images_are_listed_by_name_and_the_picture_still_comes()
    {
        string pool = WriteImages("pool", 40);
        string[] keys = [.. Directory.EnumerateFiles(pool, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(pool, file)).Order(StringComparer.Ordinal)];
        File.WriteAllLines(At("keep.txt"), [keys[9], keys[2]]);
        File.WriteAllLines(At("exclude.txt"), keys.Where((_, i) => i >= 20));

        foreach (string objective in new[] { "random", "balanced" })
        {
            Tool.Run(Folder, "select", pool, "--count", "10", "--objective", objective, "--classes", "labels", "--keep", "keep.txt", "--exclude", "exclude.txt", "--image-size", "16", "--out", objective).Is(0);

            string[] kept = File.ReadAllLines(At(objective, "subset.txt"));
            Assert.Equal([keys[9], keys[2]], kept.Take(2));
            Assert.Empty(kept.Except(keys.Take(20)));
            Assert.True(File.Exists(At(objective, "contact-sheet.png")));
        }
    }

    [Theory]
    [InlineData(2, "--keep nothing.txt: no such file", "--keep", "nothing.txt")]
    [InlineData(2, "Image 4, 4, is in four.txt (--keep) and in four-five.txt (--exclude)", "--keep", "four.txt", "--exclude", "four-five.txt")]
    [InlineData(2, "--keep four-five.txt lists 2 images; the subset is to have 1", "--keep", "four-five.txt", "--count", "1")]
    [InlineData(2, "Budget asks for 49 of 49 images; --exclude four-five.txt leaves 47", "--exclude", "four-five.txt", "--fraction", "1")]
    [InlineData(2, "Argument 'k-centre' not recognized", "--objective", "k-centre")]
    [InlineData(3, "three.txt: image 3, 3, is listed, but it cannot be read: holds a value that is not finite. Take it out of the list.", "--keep", "three.txt")]
    [InlineData(3, "three.txt: image 3, 3, is listed, but it cannot be read", "--exclude", "three.txt")]
    [InlineData(3, "far.txt: entry 1 is image 50; expected 0 to 49", "--exclude", "far.txt")]
    [InlineData(3, "word.txt: entry 1, cat.png, names no image of the pool", "--keep", "word.txt")]
    [InlineData(3, "twice.txt: entry 2, 4, is image 4, which is listed before", "--keep", "twice.txt")]
    public void Lists_that_cannot_be_are_refused_before_any_work(int code, string says, params string[] args)
    {
        WriteEmbedding("e.npy", 50, 10, values => values[33] = float.NaN);
        foreach (var (name, text) in new[] { ("four", "4"), ("four-five", "4\n5"), ("three", "3"), ("far", "50"), ("word", "cat.png"), ("twice", "4\n4") })
            File.WriteAllText(At(name + ".txt"), text);

        var outcome = Tool.Run(Folder, ["select", "e.npy", "--out", "run", .. args]).Is(code);

        Assert.Contains(says, outcome.Error);
        Assert.False(File.Exists(At("run", "classes.npy")));
    }

    [Fact]
    public void A_long_ranking_says_before_what_it_will_cost()
    {
        WriteEmbedding("e.npy", 40_000, 128); // 2 x 10^11 multiply-adds: more than 5 seconds of any processor's thread
        using var process = Tool.Start(Folder, "select", "e.npy", "--objective", "herding", "--classes", "kmeans:1", "--threads", "1", "--out", "run");

        string said = "";
        while (process.StandardError.ReadLine() is { } line && !said.Contains("multiply-adds", StringComparison.Ordinal)) said += line + "\n";
        process.Kill();
        process.WaitForExit();

        Assert.Matches(@"rank     by herding within 1 latent classes\n         about .* and 40 MiB of memory, at [0-9.]+ billion multiply-adds a second and thread, as just measured\n", said);
    }

    long[] Kept(string run)
    {
        using var file = NpyFile.Read(At(run, "subset.npy"));
        return file.ReadIntegers();
    }
}
