using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class DiffTests : TempFolder
{
    string List(string name, params IEnumerable<int> indices)
    {
        File.WriteAllLines(At(name), indices.Select(i => $"{i}"));
        return name;
    }

    [Fact]
    public void Two_lists_are_compared_with_chance_and_in_order()
    {
        List("a.txt", [9, 4, 1, 7, 0, 3, 2, 8, 5, 6]);
        File.WriteAllText(At("b.csv"), "key,index\nx,4\nx,9\nx,11\nx,12\nx,7\nx,13\nx,14\nx,15\nx,16\nx,1\n");

        var outcome = Tool.Run(Folder, "diff", "a.txt", "b.csv", "--pool-size", "20").Is(0);

        Assert.Equal("", outcome.Error);
        Assert.Equal("""
            A  a.txt  10 images
            B  b.csv  10 images

            In both: 4 images, 40.0 % of A and 40.0 % of B; Jaccard 0.25.
            Two random subsets of these sizes of 20 images share 5 on average (standard deviation 1.1): these share 0.80 times that, 0.9 deviations below, which chance explains.

            Order of the 4 images in both: Spearman 0.600, Kendall tau 0.333 (1 the same, 0 unrelated, -1 reversed).

               first         A         B      both     share   by chance
                10 %         1         1         0     0.0 %         0.1
                25 %         3         3         2    66.7 %         0.5
                50 %         5         5         3    60.0 %         1.3
               100 %        10        10         4    40.0 %         5.0

            """.ReplaceLineEndings("\n"), outcome.Output);
        Assert.Contains("give --pool-size N, or a run folder", Tool.Run(Folder, "diff", "a.txt", "b.csv").Is(0).Output);
    }

    [Fact]
    public void Two_runs_know_their_pool_their_classes_and_their_whole_rankings()
    {
        string embedding = WriteEmbedding("e.npy", 200, 10, values => values.AsSpan(70, 10).Clear()); // image 7 cannot be used
        string[] select = ["select", embedding, "--fraction", "0.2", "--classes", "kmeans:5"];
        Tool.Run(Folder, [.. select, "--out", "a"]).Is(0);
        Tool.Run(Folder, [.. select, "--out", "b", "--objective", "modular", "--dedup", "0.01"]).Is(0);
        int left = 199 - (File.ReadAllLines(At("b", "duplicates.csv")).Length - 1);

        var outcome = Tool.Run(Folder, "diff", "a", "b", "--json").Is(0);

        using var json = JsonDocument.Parse(outcome.Output);
        var subsets = json.RootElement.GetProperty("subsets");
        Assert.Equal(199, subsets.GetProperty("pool_size").GetInt32());
        Assert.Equal(left, json.RootElement.GetProperty("rankings").GetProperty("images").GetInt32());
        Assert.Equal(40, subsets.GetProperty("classes").EnumerateArray().Sum(k => k.GetProperty("first").GetInt32()));
        Assert.Equal(subsets.GetProperty("overlap").GetInt32(), subsets.GetProperty("classes").EnumerateArray().Sum(k => k.GetProperty("both").GetInt32()));
        Assert.Equal(0, json.RootElement.GetProperty("notes").GetArrayLength());

        string text = Tool.Run(Folder, "diff", "a", Path.Combine("b", "subset.pkl")).Is(0).Output;
        Assert.Contains("Two random subsets of these sizes of 199 images share", text);
        Assert.Contains("   class    images         A         B      both   by chance", text);
        Assert.DoesNotContain("both runs ranked", text);
        Assert.Contains($"Order of all {left} images that both runs ranked", Tool.Run(Folder, "diff", "a", "b").Is(0).Output);
    }

    [Fact]
    public void Runs_of_different_pools_are_compared_with_a_warning()
    {
        Tool.Run(Folder, "select", WriteEmbedding("e.npy", 100, 10), "--out", "a").Is(0);
        Tool.Run(Folder, "select", WriteEmbedding("f.npy", 100, 12), "--out", "b").Is(0);

        Assert.Contains("Note: the runs have different pools", Tool.Run(Folder, "diff", "a", "b").Is(0).Output);
    }

    [Theory]
    [InlineData("the same list", "3 1 4 5 9", "3 1 4 5 9", "Note: A and B are the same list, in the same order.", "Jaccard 1.00.")]
    [InlineData("the same images", "3 1 4 5 9", "9 1 4 5 3", "Note: A and B hold the same images.", "Jaccard 1.00.")]
    [InlineData("disjoint", "3 1", "9 4", "In both: 0 images, 0.0 % of A and 0.0 % of B; Jaccard 0.00.", "Spearman -, Kendall tau -")]
    [InlineData("empty", "", "9 4", "Note: A is empty.", "0.0 % of B")]
    [InlineData("both empty", "", "", "Note: B is empty.", "In both: 0 images, - of A and - of B; Jaccard -.")]
    [InlineData("sorted", "1 3 4 5 9", "9 4 3 1 5", "Note: A is sorted by index, so its order carries no meaning", "Jaccard 1.00.")]
    [InlineData("repeated", "5 3 3 1 3", "3 9", "Note: A has 5 entries but 3 different images, as a list drawn with replacement", "A  a.txt  5 entries, 3 different images")]
    public void Odd_pairs_are_told_and_are_no_trap(string what, string a, string b, params string[] says)
    {
        File.WriteAllText(At("a.txt"), a.Replace(' ', '\n'));
        File.WriteAllText(At("b.txt"), b.Replace(' ', '\n'));

        string text = Tool.Run(Folder, "diff", "a.txt", "b.txt", "--pool-size", "10").Is(0).Output;

        Assert.All(says, line => Assert.True(text.Contains(line, StringComparison.Ordinal), $"{what}: {line} is not in\n{text}"));
        Assert.DoesNotContain("NaN", text);
        using var _ = JsonDocument.Parse(Tool.Run(Folder, "diff", "a.txt", "b.txt", "--pool-size", "10", "--json").Is(0).Output);
    }

    [Fact]
    public void Given_classes_make_a_table_of_the_largest()
    {
        List("classes.txt", Enumerable.Range(0, 100).Select(i => i / 4));
        List("a.txt", Enumerable.Range(0, 50).Reverse());
        List("b.txt", Enumerable.Range(25, 50).Reverse());

        string text = Tool.Run(Folder, "diff", "a.txt", "b.txt", "--classes", "classes.txt").Is(0).Output;

        Assert.Contains("\n       6         4         4         3         3         3.0\n", text);
        Assert.Contains("   and 5 classes with fewer of these images: see --json", text);
        Assert.Contains("of 100 images share 25 on average", text);
    }

    [Theory]
    [InlineData(3, "nothing.npy: no such file or folder. Give a run folder", "a.txt", "nothing.npy")]
    [InlineData(3, "empty: no subset.npy in it; expected a run folder", "empty", "a.txt")]
    [InlineData(3, "a.json: extension \".json\"; expected whole numbers as .npy, .csv, .txt or .pkl", "a.json", "a.txt")]
    [InlineData(3, "words.txt, line 1: \"cat/1.png\"; expected a whole number", "words.txt", "a.txt")]
    [InlineData(3, "words.npy: ", "words.npy", "a.txt")]
    [InlineData(3, "words.pkl: byte 0 is the opcode GLOBAL, which runs code", "words.pkl", "a.txt")]
    [InlineData(3, "matrix.npy: numbers of type <f4; expected whole numbers", "matrix.npy", "a.txt")]
    [InlineData(3, "negative.txt: entry 1 is -1; expected indices", "negative.txt", "a.txt")]
    [InlineData(3, "a.txt: entry 2 is image 7; the pool has 7 images, 0 to 6.", "a.txt", "a.txt", "--pool-size", "7")]
    [InlineData(3, "a.txt: entry 0 is image 3; the classes of few.txt are for 3 images", "a.txt", "a.txt", "--classes", "few.txt")]
    [InlineData(3, "broken: no manifest", "broken", "a.txt")]
    [InlineData(2, "--pool-size 0; expected at least 1", "a.txt", "a.txt", "--pool-size", "0")]
    [InlineData(2, "Required argument missing", "a.txt")]
    public void Errors_say_what_is_wrong_and_whose_it_is(int code, string says, params string[] args)
    {
        List("a.txt", 3, 1, 7);
        List("few.txt", 0, 0, 0);
        List("negative.txt", 3, -1);
        Directory.CreateDirectory(At("empty"));
        Directory.CreateDirectory(At("broken"));
        using (var stream = File.Create(At("broken", "subset.npy"))) NpyFile.Write(stream, [1L, 2]);
        File.WriteAllText(At("broken", "manifest.json"), "{}");
        File.WriteAllText(At("a.json"), "[1]");
        foreach (string name in new[] { "words.txt", "words.npy", "words.pkl" }) File.WriteAllText(At(name), "cat/1.png\n");
        using (var stream = File.Create(At("matrix.npy"))) NpyFile.Write(stream, [1f, 2], 2, 1);

        var outcome = Tool.Run(Folder, ["diff", .. args]).Is(code);

        Assert.Contains(says.Replace("broken: ", Path.Combine("broken", "manifest.json") + ": "), outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.Equal("", outcome.Output);
    }
}
