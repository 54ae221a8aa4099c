using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class PretrainTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--width", "0.125", "--batch", "32", "--threads", "1"];

    [Fact]
    public void A_subset_is_trained_on_and_the_card_says_everything()
    {
        string pool = WriteImages("pool", 120);
        File.WriteAllLines(At("list.txt"), Enumerable.Range(0, 64).Select(i => (i + 20).ToString(System.Globalization.CultureInfo.InvariantCulture)));

        var outcome = Tool.Run(Folder, ["pretrain", pool, "--subset", "list.txt", "--method", "byol", "--epochs", "3", "--knn-every", "2", "--seed", "4", "--json", "--out", "run", .. Quick]).Is(0);

        Assert.Equal(File.ReadAllText(At("run", "encoder.json")).Trim(), outcome.Output.Trim());
        var card = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal(64, card.GetProperty("subset").GetProperty("count").GetInt32());
        Assert.Equal(120, card.GetProperty("data").GetProperty("count").GetInt32());
        Assert.Equal("BYOL", card.GetProperty("training").GetProperty("method").GetString());
        Assert.Equal(6, card.GetProperty("training").GetProperty("steps").GetInt32());       // 2 of 32 images, three times
        Assert.Equal([0, 2, 3], card.GetProperty("nearest_neighbours").EnumerateArray().Select(e => e.GetProperty("epoch").GetInt32()));
        Assert.Equal(ContentHash.OfFile(At("run", "encoder.safetensors")), card.GetProperty("encoder").GetProperty("hash").GetString());
        string[] lines = File.ReadAllLines(At("run", "metrics.jsonl"));
        Assert.Equal([0, 2, 4, 6], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
        Assert.Contains("\"knn_accuracy\":", lines[2]);
        Assert.Single(Directory.GetFiles(At("run"), "events.out.tfevents.*"));
        Assert.Contains("pretrain as before", Tool.Run(Folder, ["pretrain", pool, "--subset", "list.txt", "--method", "byol", "--epochs", "3", "--knn-every", "2", "--seed", "4", "--out", "run", .. Quick]).Is(0).Error);
    }

    [Theory]
    [InlineData("simclr")]
    [InlineData("moco")]
    public void A_killed_training_goes_on_to_the_same_bytes(string method)
    {
        string pool = WriteImages("pool", 160);
        string[] Train(string run) => ["pretrain", pool, "--method", method, "--epochs", "12", "--checkpoint-minutes", "0.002", "--knn-every", "3", "--out", run, .. Quick];
        Tool.Run(Folder, Train("whole")).Is(0);

        int kills = 0;
        for (; kills < 3; kills++)
        {
            using var process = Tool.Start(Folder, Train("parts"));
            var seen = Stopwatch.StartNew();
            int before = Checkpoints("parts");
            while (!process.HasExited && Checkpoints("parts") == before && seen.Elapsed < TimeSpan.FromMinutes(1)) Thread.Sleep(20);
            process.Kill();
            process.WaitForExit();
        }
        Tool.Run(Folder, Train("parts")).Is(0);

        foreach (string file in new[] { "encoder.safetensors", "encoder.head.safetensors", Path.Combine("checkpoints", "step-00000060.safetensors") })
            Assert.Equal(ContentHash.OfFile(At("whole", file)), ContentHash.OfFile(At("parts", file)));
        Assert.Equal(Steady("whole"), Steady("parts"));

        // The newest step that is saved, so that every kill comes after progress.
        int Checkpoints(string run) => Directory.Exists(At(run, "checkpoints"))
            ? Directory.GetFiles(At(run, "checkpoints"), "step-*.safetensors").Select(f => int.Parse(Path.GetFileNameWithoutExtension(f)[5..], System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() : 0;

        // Everything but the time it took.
        string[] Steady(string run) => [.. File.ReadAllLines(At(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Where(p => p.Name is not ("images_per_second" or "seconds")))
            .Select(values => string.Join(' ', values.Select(p => $"{p.Name}={p.Value}")))];
    }

    [Fact]
    public void Ctrl_C_saves_and_the_same_command_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        string pool = WriteImages("pool", 160);
        string[] train = ["pretrain", pool, "--epochs", "40", "--checkpoint-minutes", "1000", "--out", "run", .. Quick];
        var process = Tool.Start(Folder, train);
        while (!process.HasExited && (!File.Exists(At("run", "metrics.jsonl")) || File.ReadAllLines(At("run", "metrics.jsonl")).Length < 3)) Thread.Sleep(20);
        Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        var stopped = Tool.Finish(process).Is(130);

        Assert.Contains("The same command goes on from there", stopped.Error);
        Assert.Single(Directory.GetFiles(At("run", "checkpoints")));
        Assert.Contains("going on from step", Tool.Run(Folder, train).Is(0).Error);
        int[] steps = [.. File.ReadAllLines(At("run", "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32())];
        Assert.Equal(steps.Order().Distinct(), steps);
        Assert.Equal(200, steps[^1]);
    }

    /// A terminal's Ctrl+C reaches a command and the children that it is about to stop: both save.
    [Fact]
    public void A_child_that_is_stopped_by_its_parent_and_by_Ctrl_C_saves_all_the_same()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        string pool = WriteImages("pool", 160);
        var start = new ProcessStartInfo("dotnet", [Tool.Library, "pretrain", pool, "--epochs", "400", "--checkpoint-minutes", "1000", "--out", "run", .. Quick])
        { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GLEANER_CHILD"] = "1";
        var process = Process.Start(start)!;
        while (!process.HasExited && (!File.Exists(At("run", "metrics.jsonl")) || File.ReadAllLines(At("run", "metrics.jsonl")).Length < 3)) Thread.Sleep(20);
        process.StandardInput.Close();
        Thread.Sleep(20);
        Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

        Assert.Contains("what was done is saved", Tool.Finish(process).Is(130).Error);
        Assert.Single(Directory.GetFiles(At("run", "checkpoints")));
    }

    [Fact]
    public void A_card_that_is_lost_is_made_again_with_the_loss_and_the_time_of_the_training()
    {
        string pool = WriteImages("pool", 70);
        string[] train = ["pretrain", pool, "--steps", "11", "--knn-every", "1", "--out", "run", .. Quick];
        Tool.Run(Folder, train).Is(0);
        var before = ModelCard.Read(At("run", "encoder.json"));
        File.Delete(At("run", "encoder.json"));

        Tool.Run(Folder, train).Is(0);

        var after = ModelCard.Read(At("run", "encoder.json"));
        Assert.NotNull(before.Training.FinalLoss);
        Assert.Equal((before.Training.FinalLoss, before.Training.Seconds, before.Training.Steps), (after.Training.FinalLoss, after.Training.Seconds, after.Training.Steps));
        Assert.Equal([0, 1, 2, 3, 4, 5, 5.5], after.NearestNeighbours!.Select(a => a.Epoch)); // two steps an epoch: the end is within one
        Assert.Equal(before.NearestNeighbours, after.NearestNeighbours);
    }

    [Fact]
    public void A_command_that_failed_before_any_training_does_not_reserve_its_folder()
    {
        string pool = At("list.txt");
        File.WriteAllLines(pool, Directory.GetFiles(WriteImages("images", 40), "*.png", SearchOption.AllDirectories));
        Assert.Contains("Leave --knn-every away", Tool.Run(Folder, ["pretrain", pool, "--epochs", "1", "--knn-every", "1", "--out", "run", .. Quick]).Is(3).Error);

        Tool.Run(Folder, ["pretrain", pool, "--epochs", "1", "--out", "run", .. Quick]).Is(0);
    }

    /// It would hold them nearly still: their lengths begin at 0 or 1, and LARS moves by a thousandth of the length.
    [Theory]
    [InlineData("lars", "False")]
    [InlineData("sgd", "True")]
    public void Lars_does_not_scale_biases_and_norms(string optimizer, string decays)
    {
        Tool.Run(Folder, ["pretrain", WriteImages("pool", 40), "--steps", "2", "--optimizer", optimizer, "--lr", "0.3", "--out", "run", .. Quick]);

        Assert.Equal(decays, ModelCard.Read(At("run", "encoder.json")).Training.OptimizerSettings["DecayBiasesAndNorms"]);
    }

    [Fact]
    public void Another_setting_is_refused_with_both_values_and_nothing_is_lost()
    {
        string pool = WriteImages("pool", 64);
        Tool.Run(Folder, ["pretrain", pool, "--epochs", "1", "--out", "run", .. Quick]).Is(0);
        var before = Bytes(At("run"));

        var refused = Tool.Run(Folder, ["pretrain", pool, "--epochs", "2", "--temperature", "0.3", "--out", "run", .. Quick]).Is(2);

        Assert.Contains("length is 1 epochs there and 2 epochs now", refused.Error);
        Assert.Contains("method settings is ", refused.Error);
        Assert.Contains("Use its settings to go on, or another --out", refused.Error);
        Assert.Equal(before, Bytes(At("run")));
    }

    [Fact]
    public void A_collapsed_encoder_has_an_exit_code_of_its_own()
    {
        // Whatever an encoder learns of one image in forty files, it cannot tell them apart.
        string first = Directory.GetFiles(WriteImages("one", 1), "*", SearchOption.AllDirectories)[0];
        Directory.CreateDirectory(At("pool"));
        for (int i = 0; i < 40; i++) File.Copy(first, At("pool", $"{i}.png"));

        var outcome = Tool.Run(Folder, ["pretrain", At("pool"), "--epochs", "1", "--out", "run", .. Quick]).Is(5);

        Assert.Contains("Collapsed: the embeddings of 40 images are nearly the same", outcome.Error);
        Assert.Equal("Collapsed", JsonDocument.Parse(File.ReadAllText(At("run", "encoder.json"))).RootElement.GetProperty("collapse").GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData(new[] { "--method", "simsiam", "--temperature", "0.2" }, "--temperature 0.2 is given; simsiam has no such setting")]
    [InlineData(new[] { "--method", "byol", "--recipe", "sas" }, "--recipe sas is the SAS authors' SimCLR; --method is byol")]
    [InlineData(new[] { "--epochs", "2", "--steps", "5" }, "--epochs and --steps are both given")]
    [InlineData(new[] { "--subset", "nothing.npy" }, "--subset nothing.npy: no such file")]
    [InlineData(new[] { "--optimizer", "sgd" }, "--optimizer sgd: the recipe's learning rate is for adam. Give --lr, too")]
    [InlineData(new[] { "--batch", "1" }, "--batch 1; expected 2 to 1000000")]
    public void Bad_usage_is_said(string[] options, string expected) =>
        Assert.Contains(expected, Tool.Run(Folder, ["pretrain", "sample", "--out", "run", .. options]).Is(2).Error);

    [Fact]
    public void Bad_data_is_said()
    {
        string pool = WriteImages("pool", 40);
        File.WriteAllText(At("one.txt"), "3\n");
        File.WriteAllText(At("far.txt"), "3\n99\n");

        Assert.Contains("1 readable image to learn from", Tool.Run(Folder, "pretrain", pool, "--subset", "one.txt", "--out", "a").Is(3).Error);
        Assert.Contains("99", Tool.Run(Folder, "pretrain", pool, "--subset", "far.txt", "--out", "b").Is(3).Error);
        Assert.Contains("holds embeddings; pretraining needs images", Tool.Run(Folder, "pretrain", WriteEmbedding("e.npy", 20, 5), "--out", "c").Is(2).Error);
    }
}
