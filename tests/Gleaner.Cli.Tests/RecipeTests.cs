using Gleaner.Cli.Tests.Attack;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class RecipeTests : TempFolder
{
    const string Good = """
        pool: sample
        budgets: [10 %, 400]
        seeds: [0, 1]
        arms:
          random: {objective: random}
          ours: {classes: "kmeans:20", proxy-epochs: 2}
        training:
          method: simclr
          epochs: 2
        """;

    /// Cut anywhere, or with up to four changed bytes: refused in a sentence, or read, and then there is no such pool.
    [Fact]
    public void A_damaged_recipe_is_refused_in_a_sentence()
    {
        var random = new Random(8);
        byte[] good = System.Text.Encoding.UTF8.GetBytes(Good.Replace("sample", "nowhere", StringComparison.Ordinal));
        for (int i = 0; i < 24 * Effort.Times; i++)
        {
            byte[] bytes = i % 3 == 0 ? good[..random.Next(good.Length)] : [.. good];
            for (int change = random.Next(i % 3 == 0 ? 1 : 5); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(At("recipe.yaml"), bytes);

            var (code, _, error) = Tool.Run(Folder, "compare", "recipe.yaml", "--out", "run");

            Assert.True(code is 2 or 3 && error.Contains("gleaner: ", StringComparison.Ordinal) && !error.Contains("   at ", StringComparison.Ordinal), $"exit code {code}\n{error}\n{Convert.ToHexString(bytes)}");
        }
        Effort.Tell($"{24 * Effort.Times} inputs");
    }

    /// Each error names the line, what was found and what was expected, before anything is run.
    [Theory]
    [InlineData("seeds:", "seed:", "recipe.yaml, line 3:", "unknown key \"seed\" in the recipe. Did you mean seeds?")]
    [InlineData("proxy-epochs", "proxy-epoch", "recipe.yaml, line 6:", "unknown key \"proxy-epoch\" in ours. Did you mean proxy-epochs?")]
    [InlineData("  epochs: 2", "  epochs: 2\n  temprature: 0.5", "recipe.yaml, line 10:", "Did you mean temperature?")]
    [InlineData("kmeans:20", "kmean:20", "recipe.yaml, line 6:", "ours: --classes kmean:20; expected kmeans, kmeans:K")]
    [InlineData("proxy-epochs: 2", "proxy-epochs: many", "recipe.yaml, line 6:", "--proxy-epochs many; expected a whole number.")]
    [InlineData("proxy-epochs: 2", "proxy-batch: 8", "recipe.yaml, line 6:", "--proxy-batch is for an ONNX model")]
    [InlineData("proxy-epochs: 2", "fraction: 0.1", "recipe.yaml, line 6:", "fraction in ours: compare sets that itself")]
    [InlineData("method: simclr", "method: simcrl", "recipe.yaml, line 8:", "'simcrl'")]
    [InlineData("  epochs: 2", "  width: 0.5", "recipe.yaml, line 8:", "expected epochs or steps, one of them")]
    [InlineData("  epochs: 2", "  epochs: 2\n  steps: 10", "recipe.yaml, line 9:", "expected epochs or steps, one of them")]
    [InlineData("  epochs: 2", "  steps: 10", "recipe.yaml, line 9:", "training: steps without batch")]
    [InlineData("simclr\n  epochs: 2", "moco\n  steps: 10\n  batch: 8", "recipe.yaml, line 9:", "training: moco with steps and without queue")]
    [InlineData("pool: sample", "pool: sample\nprobe: {k: 0}", "recipe.yaml, line 2:", "--k 0; expected 1 to")]
    [InlineData("pool: sample", "pool: sample\nprobe: {knn-temperature: warm}", "recipe.yaml, line 2:", "--knn-temperature warm; expected a number above 0")]
    [InlineData("10 %", "110 %", "recipe.yaml, line 2:", "\"110 %\"; expected a share such as 10 %")]
    [InlineData("[0, 1]", "[0, 0]", "recipe.yaml, line 3:", "a value stands twice")]
    [InlineData("[0, 1]", "[1, 01]", "recipe.yaml, line 3:", "a number stands twice")]
    [InlineData("ours: {", "Random: {", "recipe.yaml, line 6:", "arms are called random and Random")]
    [InlineData("[0, 1]", "[0, -1]", "recipe.yaml, line 3:", "a seed is \"-1\"; expected whole numbers, 0 or more")]
    [InlineData("random: {objective: random}", "chance: {objective: random}", "recipe.yaml, line 4:", "no arm is called random, and everything is compared with it")]
    [InlineData("{objective: random}", "{whole: true}", "recipe.yaml", "baseline random is the whole pool")]
    [InlineData("ours: {", "../ours: {", "recipe.yaml, line 6:", "an arm is called \"../ours\"")]
    [InlineData("{objective: random}", "{list: nowhere.npy}", "recipe.yaml, line 5:", "nowhere.npy: no such file")]
    [InlineData("budgets: [10 %, 400]", "budgets: [10 %, 400", "recipe.yaml", "Expected YAML")]
    [InlineData("seeds: [0, 1]", "seeds: [0, 1]\nseeds: [2]", "recipe.yaml, line 4", "seeds")]
    [InlineData("pool: sample", "", "recipe.yaml", "the recipe has no pool; expected one, such as pool: ../data/cifar10")]
    [InlineData("pool: sample", "pool: sample\nvalidation: 20 %\ntest: there", "recipe.yaml, line 2:", "test and validation are both given")]
    [InlineData("pool: sample", "pool: sample\nprobe: {kk: 3}", "recipe.yaml, line 2:", "Did you mean k?")]
    public void A_wrong_recipe_is_refused_where_it_is_wrong(string found, string instead, string where, string what)
    {
        File.WriteAllText(At("recipe.yaml"), Good.Replace(found, instead, StringComparison.Ordinal));

        var outcome = Tool.Run(Folder, "compare", "recipe.yaml", "--out", "run").Is(3);

        Assert.Contains(where, outcome.Error);
        Assert.Contains(what, outcome.Error);
        Assert.False(Directory.Exists(At("run")));
    }

    [Fact]
    public void A_text_that_is_no_recipe_is_refused()
    {
        File.WriteAllText(At("recipe.yaml"), "just words");

        Assert.Contains("expected one YAML document of keys and values", Tool.Run(Folder, "compare", "recipe.yaml").Is(3).Error);
        Assert.Contains("no such file", Tool.Run(Folder, "compare", "nothing.yaml").Is(2).Error);
    }

    [Fact]
    public void An_arm_may_use_an_ONNX_model()
    {
        string model = Path.Combine(Tool.Root, "tests", "fixtures", "onnx", "tokens.onnx");
        File.WriteAllText(At("recipe.yaml"), Good.Replace("proxy-epochs: 2", $"proxy: {model}, proxy-output: pooler_output, proxy-mean: \"0.5,0.5,0.5\"", StringComparison.Ordinal));

        var outcome = Tool.Run(Folder, "compare", "recipe.yaml", "--pool", At("nowhere"), "--out", "run").Is(3);

        Assert.Contains("nowhere: no such file or folder", outcome.Error);   // so all that comes before was right
    }

    /// The shipped recipes are right in everything that can be checked without their data.
    [Fact]
    public void The_shipped_recipes_can_be_read()
    {
        string[] recipes = Directory.GetFiles(Path.Combine(Tool.Root, "experiments"), "*.yaml");
        Assert.NotEmpty(recipes);
        Directory.CreateDirectory(At("data", "sas"));
        Directory.CreateDirectory(At("experiments"));
        using (var stream = File.Create(At("data", "sas", "cifar10-full-order.npy"))) NpyFile.Write(stream, [0L, 1L]);
        foreach (string recipe in recipes)
        {
            string copy = At("experiments", Path.GetFileName(recipe));
            File.Copy(recipe, copy);

            var outcome = Tool.Run(Folder, "compare", copy, "--pool", At("nowhere"), "--out", "run").Is(3);

            Assert.Contains("nowhere: no such file or folder", outcome.Error);
        }
    }
}
