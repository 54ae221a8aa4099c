using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class CompareTests : TempFolder
{
    const string Training = "training: {method: simclr, epochs: 1, width: 0.125, batch: 16}";

    [Fact]
    public void A_grid_is_run_once_and_only_what_is_missing_is_run_again()
    {
        WriteImages("pool", 120);
        string recipe = Recipe("seeds: [0]", "random: {objective: random}\n  ours: {objective: modular, classes: labels, proxy-epochs: 1}");
        var first = Tool.Run(Folder, "compare", recipe, "--out", "run", "--json", "--jobs", "2").Is(0);

        Assert.Equal(File.ReadAllText(At("run", "comparison.json")).Trim(), first.Output.Trim());
        var comparison = Read("run");
        Assert.Equal(["random", "random", "ours", "ours"], comparison.Trials.Select(t => t.Arm));
        Assert.Equal([20, 40, 20, 40], comparison.Trials.Select(t => t.Images));
        Assert.All(comparison.Trials, t => Assert.InRange(t.Scores["linear"], 0, 1));
        Assert.Equal(96, comparison.Pool.Count); // a fifth of each class is set aside
        Assert.Contains("24 images of the pool, set aside", comparison.Test);
        Assert.Equal(["proxy", "embed", "classes", "rank"], comparison.Arms[1].Cost.Stages.Where(s => s.Stage != "subset").Select(s => s.Stage));
        Assert.All(comparison.Arms, arm => Assert.NotNull(arm.Cost.MultiplyAdds));
        Assert.All(comparison.Trials, t => Assert.Contains($">{(100 * t.Scores["linear"]).ToString("0.0", CultureInfo.InvariantCulture)}<", File.ReadAllText(At("run", "report.html"))));
        Assert.Contains("one seed", Tool.Run(Folder, "compare", recipe, "--out", "run", "--table").Is(0).Output);
        var orders = new[] { "random-s0-*.npy", "ours-*.npy" }.Select(name => Indices(Directory.GetFiles(At("run", "orders"), name).Single())).ToArray();
        Assert.Equal([.. new[] { 20, 40 }.Select(n => ("random", "ours", n, orders[0].Take(n).Count(orders[1].Take(n).Contains) / (double)n))], comparison.Overlaps.Select(o => (o.Arm, o.Other, o.Images, o.Shared)));

        var again = Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0);
        Assert.Contains("4 of them are done", again.Error);
        Assert.DoesNotContain("linear", again.Error);
        Assert.Equal(Results(comparison), Results(Read("run")));

        recipe = Recipe("seeds: [0, 3]", "random: {objective: random}\n  ours: {objective: modular, classes: labels, proxy-epochs: 1}\n  whole: {whole: true}");
        var more = Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0);
        Assert.Contains("10 trainings", more.Error);
        Assert.DoesNotContain("ours 20 seed 0 ", more.Error);
        Assert.Contains("ours 20 seed 3 ", more.Error);
        Assert.Subset(Results(Read("run")).ToHashSet(), Results(comparison).ToHashSet());
        Assert.True(Read("run").WholeSecondsMeasured);
        Assert.Contains("95 % interval", more.Output);
        Assert.Contains("pays off", more.Output);
    }

    [Fact]
    public void Images_that_are_set_aside_are_in_no_subset_and_a_list_is_taken_as_it_is()
    {
        WriteImages("pool", 120);
        File.WriteAllLines(At("list.txt"), Enumerable.Range(0, 60).Select(i => (2 * i).ToString(CultureInfo.InvariantCulture)));
        File.WriteAllLines(At("half.txt"), File.ReadLines(At("list.txt")).Take(30).Concat(Enumerable.Range(0, 30).Select(i => (2 * i + 1).ToString(CultureInfo.InvariantCulture))));
        string recipe = Recipe("seeds: [1]", "random: {objective: random}\n  listed: {list: list.txt}\n  half: {list: half.txt}\n  whole: {whole: true}");

        string output = Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0).Output;

        long[] aside = Indices(At("run", "pool", "validation.npy"));
        Assert.Equal(24, aside.Length);
        foreach (string order in Directory.GetFiles(At("run", "orders"), "*.npy")) Assert.Empty(Indices(order).Intersect(aside));
        long[] listed = Indices(Directory.GetFiles(At("run", "orders"), "listed-*.npy").Single());
        Assert.Equal(Enumerable.Range(0, 60).Select(i => 2L * i).Except(aside), listed);
        Assert.Equal(96, Indices(Directory.GetFiles(At("run", "orders"), "whole-*.npy").Single()).Length);
        // Two lists that begin alike are no two ways to choose 20 images.
        Assert.Contains("At 20, listed and half chose the same images.", output);
        Assert.Contains("At 20, listed and half chose the same images.", File.ReadAllText(At("run", "table.md")));
        Assert.Contains("At 20, listed and half chose the same images.", File.ReadAllText(At("run", "report.html")));
        Assert.DoesNotContain("At 40, listed", output);
        // What a cell ran stands in its log, and can be run by hand.
        Assert.Contains("gleaner pretrain", File.ReadAllText(At("run", "cells", "listed-20-s1.log")));
        Assert.False(Directory.Exists(Path.Combine(Directory.GetDirectories(At("run", "cells"), "listed-20-s1-*").Single(), "checkpoints")));
    }

    [Fact]
    public void Supervised_training_is_compared_too()
    {
        WriteImages("pool", 120);
        string recipe = Recipe("seeds: [0]", "random: {objective: random}");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(Training, "training: {method: supervised, steps: 4, batch: 20, width: 0.125}", StringComparison.Ordinal));

        Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0);

        Assert.All(Read("run").Trials, t => Assert.Equal((4, "accuracy", 80), (t.Steps, Assert.Single(t.Scores.Keys), t.Epochs * t.Images)));
        Assert.Equal("4 steps", Read("run").HeldEqual);
    }

    /// SIGKILL of the command leaves no child behind, loses nothing that was finished, and the rest is the same as without it.
    [Fact]
    public void A_killed_comparison_goes_on_to_the_same_results()
    {
        WriteImages("pool", 120);
        string recipe = Recipe("seeds: [0, 1]", "random: {objective: random}");
        Tool.Run(Folder, "compare", recipe, "--out", "whole").Is(0);

        using (var process = Tool.Start(Folder, "compare", recipe, "--out", "parts", "--jobs", "1"))
        {
            var seen = Stopwatch.StartNew();
            while (!process.HasExited && seen.Elapsed < TimeSpan.FromMinutes(2) && Directory.GetFiles(Folder, "trial-*.json", SearchOption.AllDirectories).Length < 5) Thread.Sleep(20);
            process.Kill(entireProcessTree: false);
            process.WaitForExit();
        }
        var rest = Tool.Run(Folder, "compare", recipe, "--out", "parts").Is(0);

        Assert.DoesNotContain("0 of them are done", rest.Error);
        Assert.Equal(Results(Read("whole")), Results(Read("parts")));
    }

    [Fact]
    public void A_cell_that_fails_is_named_and_the_others_are_run()
    {
        WriteImages("pool", 120);
        string recipe = Recipe("seeds: [0]", "random: {objective: random}\n  broken: {objective: modular, proxy: broken.safetensors}");
        File.WriteAllText(At("broken.safetensors"), "no encoder");

        var outcome = Tool.Run(Folder, "compare", recipe, "--out", "run").Is(1);

        Assert.Contains("select broken: gleaner select ended with exit code 3", outcome.Error);
        Assert.Contains("waits for select broken, which failed", outcome.Error);
        Assert.Equal(["random", "random"], Read("run").Trials.Select(t => t.Arm));
    }

    /// Whatever a result depends on is in the names of what is kept: labels, files that arms name, how it is trained. The same again runs nothing.
    [Fact]
    public void What_changed_is_run_again()
    {
        WriteImages("images", 120);
        string[] files = [.. Directory.GetFiles(At("images"), "*.png", SearchOption.AllDirectories).OrderBy(Path.GetFileName)];
        void Write(string name, Range range, Func<string, string> label) => File.WriteAllLines(At(name), files[range].Select(file => $"{file},{label(Path.GetFileName(Path.GetDirectoryName(file))!)}").Prepend("path,label"));
        void WriteClasses(int classes) => File.WriteAllLines(At("given.txt"), Enumerable.Range(0, 80).Select(i => (i % classes).ToString(CultureInfo.InvariantCulture)));
        Write("pool.csv", ..80, label => label);
        Write("test.csv", 80.., label => label);
        WriteClasses(4);
        string text = "pool: pool.csv\ntest: test.csv\nbudgets: [40]\nseeds: [0]\nimage-size: 16\narms: {random: {objective: random}, given: {objective: balanced, classes: \"given:given.txt\"}}\ntraining: {epochs: 1, batch: 32, width: 0.125}\n";
        Comparison Run(string expected, string recipe)
        {
            File.WriteAllText(At("recipe.yaml"), recipe);
            Assert.Contains(expected, Tool.Run(Folder, "compare", "recipe.yaml", "--out", "run").Is(0).Error);
            return Read("run");
        }

        var first = Run(", 0 of them are done", text);
        Assert.Equal(32, first.Trials[0].Epochs * first.Trials[0].Images, 1e-3); // eight images are left out, which do not fill a batch
        Run("2 of them are done", text);
        Assert.Equal("gleaner compare recipe.yaml", Read("run").Command);
        Tool.Run(Folder, "compare", "recipe.yaml", "--pool", "pool.csv", "--out", "run", "--table").Is(0);
        Assert.Equal((2, $"gleaner compare recipe.yaml --pool {At("pool.csv")}"), (Read("run").Trials.Count, Read("run").Command)); // the same images under another name

        WriteClasses(7);
        string hash = Run("1 of them are done", text).Trials[1].SubsetHash;
        Assert.NotEqual(first.Trials[1].SubsetHash, hash);

        Write("test.csv", 80.., label => label == "label 0" ? "label 1" : label == "label 1" ? "label 0" : label);
        string[] trained = [.. Read("run").Trials.Select(trial => trial.EncoderHash)];
        Run(", 0 of them are done", text);
        Assert.Equal(trained, Read("run").Trials.Select(trial => trial.EncoderHash));

        var supervised = Run(", 0 of them are done", text.Replace("{epochs", "{method: supervised, epochs", StringComparison.Ordinal));
        Assert.All(supervised.Trials, trial => Assert.Equal((2, 1.0), (trial.Steps, trial.Epochs))); // two batches of twenty
        Assert.Equal(2, supervised.WholeMultiplyAdds / supervised.Trials[0].PretrainMultiplyAdds, 1e-9);
    }

    /// What encoders are judged by is no reason to train them again.
    [Fact]
    public void Another_probe_judges_the_encoders_that_are_there()
    {
        WriteImages("pool", 120);
        string recipe = Recipe("seeds: [0]", "random: {objective: random}"), text = File.ReadAllText(recipe);
        Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0);
        var before = Read("run");
        string[] folders = Directory.GetDirectories(At("run", "cells"));

        File.WriteAllText(recipe, text + "probe: {k: 1, images: 60}\n");
        Assert.Contains(", 0 of them are done", Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0).Error);

        Assert.Equal(folders, Directory.GetDirectories(At("run", "cells")));
        Assert.Equal(before.Trials.Select(t => (t.EncoderHash, t.PretrainSeconds)), Read("run").Trials.Select(t => (t.EncoderHash, t.PretrainSeconds)));
        Assert.NotEqual(before.Trials.Select(t => t.Scores["knn"]), Read("run").Trials.Select(t => t.Scores["knn"]));
        Assert.Single(File.ReadAllLines(At("run", "cells", "random-20-s0.log")), line => line.StartsWith("gleaner pretrain", StringComparison.Ordinal));
        File.WriteAllText(recipe, text);
        Assert.Contains("2 of them are done", Tool.Run(Folder, "compare", recipe, "--out", "run").Is(0).Error);
        Assert.Equal(Results(before), Results(Read("run")));
    }

    [Fact]
    public void A_selection_that_fails_does_not_hold_up_the_next_with_its_proxy()
    {
        WriteImages("pool", 120);
        File.WriteAllLines(At("many.txt"), Enumerable.Range(0, 60).Select(i => i.ToString(CultureInfo.InvariantCulture)));

        var outcome = Tool.Run(Folder, "compare", Recipe("seeds: [0]", "random: {objective: random}\n  broken: {objective: modular, proxy-epochs: 1, keep: many.txt}\n  ours: {objective: modular, proxy-epochs: 1}"), "--out", "run").Is(1);

        Assert.Contains("waits for select broken, which failed", outcome.Error);
        Assert.Equal(["random", "random", "ours", "ours"], Read("run").Trials.Select(t => t.Arm));
    }

    /// Its folder is free for the next arm also where it is not tried any more.
    [Fact]
    public void An_arm_that_is_given_up_does_not_hold_up_the_next_in_its_folder()
    {
        WriteImages("pool", 120);
        File.WriteAllText(At("short.txt"), "0\n1\n");
        string recipe = Recipe("seeds: [0, 1, 2]", "random: {objective: random}\n  broken: {objective: balanced, classes: \"given:short.txt\"}\n  good: {objective: balanced, classes: labels}");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("[20, 40]", "[20]", StringComparison.Ordinal));

        var outcome = Tool.Run(Folder, "compare", recipe, "--out", "run").Is(1);

        Assert.Contains("select broken (seed 2): not tried: 2 jobs of broken failed one after the other", outcome.Error);
        Assert.Equal(3, Read("run").Trials.Count(t => t.Arm == "good"));
    }

    [Theory]
    [InlineData("budgets: [20, 40]", "budgets: [1, 40]", "1 of 96 images is 1 image; expected at least 2")]
    [InlineData("random: {objective: random}", "random: {list: short.txt}", "No arm lists as many images as the smallest budget")]
    [InlineData("method: simclr, epochs: 1, width: 0.125, batch: 16", "method: supervised, epochs: 1", "")]
    public void What_cannot_be_trained_is_refused(string found, string instead, string why)
    {
        WriteImages("pool", 120);
        File.WriteAllText(At("short.txt"), "0\n1\n");
        string recipe = Recipe("seeds: [0]", "random: {objective: random}");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(found, instead, StringComparison.Ordinal));
        if (why.Length == 0) // an image in no class's folder
        {
            File.Copy(Directory.GetFiles(At("pool"), "*.png", SearchOption.AllDirectories)[0], At("pool", "none.png"));
            why = "1 of 121 images have no label, and a supervised training";
        }

        Assert.Contains(why, Tool.Run(Folder, "compare", recipe, "--out", "run").Is(2).Error);
    }

    string Recipe(string seeds, string arms)
    {
        string text = $"pool: pool\nvalidation: 20 %\nbudgets: [20, 40]\n{seeds}\narms:\n  {arms}\n{Training}\nimage-size: 16\n";
        File.WriteAllText(At("recipe.yaml"), text.Replace("proxy-epochs: 1", "proxy-epochs: 1, proxy-width: 0.125", StringComparison.Ordinal));
        return At("recipe.yaml");
    }

    Comparison Read(string run) => Comparison.Read(At(run, "comparison.json"));

    // Everything but the time it took.
    internal static string[] Results(Comparison comparison) => [.. comparison.Trials.Select(t =>
        $"{t.Arm} {t.Budget} {t.Images} {t.Seed} {t.Steps} {t.SubsetHash} {t.EncoderHash} {JsonSerializer.Serialize(t.Scores)}")];

    static long[] Indices(string file)
    {
        using var array = NpyFile.Read(file);
        return array.ReadIntegers();
    }
}
