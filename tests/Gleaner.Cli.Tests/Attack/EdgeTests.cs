using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// Pools at the edge of what a pool can be: each gives the number of images that was asked for, or a sentence that says why not.
public sealed class EdgeTests : TempFolder
{
    static readonly string[] Objectives = ["graph-cut", "modular", "facility-location", "k-center", "herding", "prototypes-hard", "prototypes-easy", "hierarchical", "random", "balanced"];

    public static TheoryData<string, int, int> Shapes => new(from objective in Objectives from shape in new[] { (1, 1), (1, 7), (2, 1), (5, 3) } where objective is "facility-location" or "graph-cut" or "hierarchical" || shape is (1, 7) or (5, 3) select (objective, shape.Item1, shape.Item2));

    [Theory, MemberData(nameof(Shapes))]
    public void Few_images_of_few_numbers(string objective, int images, int dimension)
    {
        Write(Random(images, dimension));

        Tool.Run(Folder, "select", "pool.npy", "--objective", objective, "--fraction", "1", "--out", "run").Is(0);

        Assert.Equal(Enumerable.Range(0, images), Kept().Order());
    }

    public static TheoryData<string> All => new(Objectives);

    /// Every similarity is the same: ties go to the lowest index, and nothing is divided by zero.
    [Theory, MemberData(nameof(All))]
    public void All_images_are_the_same(string objective)
    {
        var rows = new float[40, 4];
        for (int i = 0; i < 40; i++) (rows[i, 0], rows[i, 2]) = (0.3f, -0.1f);
        Write(rows);

        var outcome = Tool.Run(Folder, "select", "pool.npy", "--objective", objective, "--count", "13", "--classes", "kmeans:4", "--out", "run").Is(0);

        Assert.Equal(13, Kept().Distinct().Count());
        Assert.DoesNotContain("NaN", outcome.Output + File.ReadAllText(At("run", "scores.csv")));
    }

    [Fact]
    public void Copies_are_left_out_until_one_is_left_and_then_the_budget_is_too_large()
    {
        Write(new float[40, 4].Fill(0.5f));
        Tool.Run(Folder, "select", "pool.npy", "--count", "1", "--dedup", "exact", "--out", "one").Is(0);
        string[] two = ["select", "pool.npy", "--count", "2", "--dedup", "exact", "--out", "two"];

        Assert.Contains("1 is left without the duplicates", Tool.Run(Folder, two).Is(2).Error);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0f)]
    public void A_pool_without_one_usable_row_is_refused(float value)
    {
        Write(new float[6, 3].Fill(value));

        Assert.Contains("None of the 6 rows can be used", Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(3).Error);
    }

    /// The largest and the smallest floats have a direction, too.
    [Theory]
    [InlineData(3e38f)]
    [InlineData(1e-45f)]
    [InlineData(-1e-38f)]
    public void Extreme_numbers_are_numbers(float value)
    {
        var rows = Random(20, 3);
        for (int k = 0; k < 3; k++) rows[7, k] = value;
        Write(rows);

        Tool.Run(Folder, "select", "pool.npy", "--fraction", "1", "--classes", "kmeans:2", "--out", "run").Is(0);

        Assert.Equal(Enumerable.Range(0, 20), Kept().Order());
        Assert.DoesNotContain("NaN", File.ReadAllText(At("run", "scores.csv")));
    }

    [Theory]
    [InlineData("0", "--fraction")]
    [InlineData("-0.5", "--fraction")]
    [InlineData("1.01", "--fraction")]
    [InlineData("NaN", "--fraction")]
    [InlineData("0", "--count")]
    [InlineData("-3", "--count")]
    [InlineData("21", "--count")]
    [InlineData("99999999999", "--count")]
    public void Budgets_that_are_none_are_refused_in_a_sentence(string value, string option)
    {
        Write(Random(20, 3));

        var refused = Tool.Run(Folder, "select", "pool.npy", $"{option}={value}", "--out", "run").Is(2);

        Assert.DoesNotContain("should not happen", refused.Error);
        Assert.False(File.Exists(At("run", "subset.npy")));
    }

    [Fact]
    public void No_rows_and_no_columns_are_no_pool()
    {
        foreach (string shape in new[] { "(0, 4)", "(4, 0)", "(0, 0)" })
        {
            File.WriteAllBytes(At("pool.npy"), [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + '\n')]);

            Assert.DoesNotContain("should not happen", Tool.Run(Folder, "select", "pool.npy", "--out", "run").Is(3).Error);
        }
    }

    /// A recipe that unfolds to a billion values takes neither memory nor time.
    [Fact]
    public void A_recipe_of_nested_aliases_is_refused()
    {
        string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        File.WriteAllText(At("recipe.yaml"), text + "pool: *a12\n");

        Assert.DoesNotContain("should not happen", Tool.Run(Folder, "compare", "recipe.yaml").Is(3).Error);
    }

    /// Names that a shell, a spreadsheet, a browser or a path could take for something else.
    [Fact]
    public void Hostile_names_of_files_stay_names()
    {
        string pool = WriteImages("pool", 24);
        string source = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories).Min(StringComparer.Ordinal)!;
        string[] names = ["=1+1.png", "@SUM(A1).png", "-rf.png", "+cmd|' ￼'!A0.png", "<img src=x onerror=alert(1)>.png", "a\nb.png", "\"quoted\".png", "$(touch x).png", "%2e%2e.png", new string('n', 251) + ".png"];
        foreach (string name in names) File.Copy(source, Path.Combine(pool, name));

        Tool.Run(Folder, "select", pool, "--fraction", "1", "--objective", "random", "--image-size", "16", "--out", "run", "--copy-to", "kept").Is(0);

        string[] firsts = [.. File.ReadAllLines(At("run", "scores.csv")).Skip(1).Where(line => line.Contains(',')).Select(line => line.Split(',')[1].TrimStart('"'))];
        Assert.DoesNotContain(firsts, key => key is ['=' or '+' or '-' or '@', ..]);
        Assert.DoesNotContain("<img src=x", File.ReadAllText(At("run", "report.html")));
        foreach (string name in names) Assert.True(File.Exists(At("kept", name)), name);
        Tool.Run(Folder, "select", pool, "--count", "5", "--objective", "random", "--image-size", "16", "--keep", At("run", "scores.csv"), "--out", "again").Is(2); // 35 kept images do not fit into 5
        File.WriteAllText(At("formulas.csv"), "key\n./=1+1.png\n./-rf.png\n");
        Tool.Run(Folder, "select", pool, "--count", "5", "--objective", "random", "--image-size", "16", "--keep", At("formulas.csv"), "--out", "again").Is(0);
        Assert.Subset(File.ReadAllLines(At("again", "subset.txt")).ToHashSet(), new HashSet<string> { "=1+1.png", "-rf.png" });
    }

    int[] Kept() => IntegersFile.ReadIndices(At("run", "subset.npy"));

    static float[,] Random(int images, int dimension)
    {
        var random = new Random(images * 31 + dimension);
        var rows = new float[images, dimension];
        for (int i = 0; i < images; i++)
            for (int k = 0; k < dimension; k++) rows[i, k] = (float)(random.NextDouble() * 2 - 1);
        return rows;
    }

    void Write(float[,] rows)
    {
        using var stream = File.Create(At("pool.npy"));
        NpyFile.Write(stream, [.. rows.Cast<float>()], rows.GetLength(0), rows.GetLength(1));
    }
}

static class Filled
{
    public static float[,] Fill(this float[,] rows, float value)
    {
        for (int i = 0; i < rows.GetLength(0); i++)
            for (int k = 0; k < rows.GetLength(1); k++) rows[i, k] = value;
        return rows;
    }
}
