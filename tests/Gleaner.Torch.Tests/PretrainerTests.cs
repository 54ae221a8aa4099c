using System.Globalization;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class PretrainerTests
{
    static readonly PretrainerOptions Small = new() { Epochs = 2, BatchSize = 8, Seed = 5, PoolFingerprint = "a pool" };   // 24 images: 6 steps

    public static TheoryData<string> Methods => [.. All.Keys];

    static readonly Dictionary<string, MethodOptions> All = new()
    {
        ["simclr"] = new SimClrOptions(),
        ["difficult pairs"] = new SimClrOptions { DifficultPairs = new() { Share = 0.3 } },
        ["moco"] = new MoCoOptions { Queue = 20, KeyGroups = 2, Momentum = 0.9 },
        ["simsiam"] = new SimSiamOptions(),
        ["byol"] = new ByolOptions { Momentum = 0.9 },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resumed_run_gives_the_same_bytes_as_an_undisturbed_one(string method)
    {
        foreach (int threads in (int[])[1, 2])
            foreach (var kind in method == "simclr" ? Enum.GetValues<OptimizerKind>() : [OptimizerKind.Sgd])
            {
                using var folder = new TestFolder();
                using var _ = new Threads(threads);
                var options = Small with { Optimizer = new() { Kind = kind }, AccumulationParts = 2 };
                Train(options with { CheckpointFolder = folder["whole"] }, folder["whole.safetensors"], method: All[method]);

                Train(options with { CheckpointFolder = folder["parts"] }, stopAfter: 3, method: All[method]);
                var (_, resumedAt) = Train(options with { CheckpointFolder = folder["parts"] }, folder["parts.safetensors"], seed: 99, method: All[method]);   // other first weights: the file decides

                Assert.Equal(3, resumedAt);
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], Last)), File.ReadAllBytes(Path.Combine(folder["parts"], Last)));
                Assert.Equal(File.ReadAllBytes(folder["whole.safetensors"]), File.ReadAllBytes(folder["parts.safetensors"]));
            }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_number_of_threads_gives_the_same_bytes(string method)
    {
        using var folder = new TestFolder();
        var options = Small with { Optimizer = new() { Kind = method == "byol" ? OptimizerKind.Lars : OptimizerKind.Adam } };
        foreach (int threads in (int[])[1, 2, 4])
        {
            using var _ = new Threads(threads);
            Train(options with { CheckpointFolder = folder[$"{threads}"] }, folder[$"{threads}.safetensors"], method: All[method]);
        }

        foreach (string threads in (string[])["2", "4"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder["1"], Last)), File.ReadAllBytes(Path.Combine(folder[threads], Last)));
            Assert.Equal(File.ReadAllBytes(folder["1.safetensors"]), File.ReadAllBytes(folder[$"{threads}.safetensors"]));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_another_seed_others()
    {
        var (one, _) = Train(Small);
        var (again, _) = Train(Small);
        var (other, _) = Train(Small with { Seed = 6 });

        Assert.Equal(one.Select(s => s.Loss), again.Select(s => s.Loss));
        Assert.NotEqual(one.Select(s => s.Loss), other.Select(s => s.Loss));
    }

    [Fact]
    public void Reports_every_step()
    {
        var (steps, _) = Train(Small with { WarmupShare = 0.5 });

        Assert.Equal([1, 2, 3, 4, 5, 6], steps.Select(s => s.Step));
        Assert.Equal([1, 1, 1, 2, 2, 2], steps.Select(s => s.Epoch));
        Assert.All(steps, s => Assert.Equal(6, s.TotalSteps));
        Assert.All(steps, s => Assert.True(s.ImagesPerSecond > 0));
        Assert.Equal(Small.LearningRate, steps[2].LearningRate, 1e-12);
    }

    [Fact]
    public void Learns()
    {
        var (steps, _) = Train(Small with { Epochs = 30, Views = new(new ViewRecipe { CropAreaMin = 0.6 }) });

        Assert.InRange(steps[^3..].Average(s => s.Loss), 0, steps[..3].Average(s => s.Loss) - 0.2);
    }

    [Fact]
    public void Cancelling_saves_and_says_so()
    {
        using var folder = new TestFolder();
        using var cancel = new CancellationTokenSource();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        var options = Small with { CheckpointFolder = folder["c"] };
        using (var pretrainer = new Pretrainer(TestPool.Images(), method, options))
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (var step in pretrainer.Run(cancel.Token))
                    if (step.Step == 2) cancel.Cancel();
            });

        using var resumed = new Pretrainer(TestPool.Images(), method, options);

        Assert.Equal(2, resumed.ResumedAt);
        Assert.Equal(["step-00000002.safetensors"], Saved(folder["c"]));
    }

    [Fact]
    public void A_finished_checkpoint_leaves_nothing_to_do()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointFolder = folder["c"] });

        var (steps, resumedAt) = Train(Small with { CheckpointFolder = folder["c"] });

        Assert.Empty(steps);
        Assert.Equal(6, resumedAt);
    }

    [Fact]
    public void Saves_as_often_as_asked()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        var time = new ManualTime();
        using var pretrainer = new Pretrainer(TestPool.Images(), method, Small with { CheckpointFolder = folder["c"], CheckpointEvery = TimeSpan.FromSeconds(2) }, time);
        var saved = new List<string?>();

        foreach (var step in pretrainer.Run())
        {
            saved.Add(Saved(folder["c"]).LastOrDefault());
            time.Seconds++;
        }

        Assert.Equal([null, null, 2, 2, 4, 4], saved.Select(name => name is null ? (int?)null : int.Parse(name[5..13], CultureInfo.InvariantCulture)));
        Assert.Equal(["step-00000004.safetensors", Last], Saved(folder["c"]));
    }

    [Fact]
    public void A_checkpoint_of_other_settings_is_refused_with_both_values()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointFolder = folder["c"] }, stopAfter: 1);

        var error = Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointFolder = folder["c"], LearningRate = 0.5, PoolFingerprint = "another" }));

        Assert.Contains("learning rate is 0.001 there and 0.5 now", error.Message);
        Assert.Contains("pool is a pool there and another now", error.Message);
        Assert.Contains($"delete {folder["c"]} to begin again", error.Message);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_with_the_way_on()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointFolder = folder["c"], CheckpointEvery = TimeSpan.Zero });
        string newest = Path.Combine(folder["c"], Last);
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..1000]);

        var error = Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointFolder = folder["c"] }));
        Assert.StartsWith(newest, error.Message);
        Assert.EndsWith("Delete this file to go on from step-00000005.safetensors.", error.Message);

        File.Delete(newest);
        Assert.Equal(5, Train(Small with { CheckpointFolder = folder["c"] }).ResumedAt);
    }

    [Fact]
    public void Another_method_or_subset_is_refused_with_both_values()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointFolder = folder["c"] }, stopAfter: 1);

        var other = Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointFolder = folder["c"] }, method: new SimClrOptions { Temperature = 0.1 }));
        var subset = Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointFolder = folder["c"], Subset = [.. Enumerable.Range(0, 16)] }));

        Assert.Contains("method is SimCLR, temperature 0.5 there and SimCLR, temperature 0.1 now", other.Message);
        Assert.Contains("images is 24 of 8 px there and 16 of 8 px now", subset.Message);
        Assert.Contains("subset is all there", subset.Message);
    }

    [Fact]
    public void A_subset_trains_as_a_pool_of_its_images_would_but_for_the_views()
    {
        var plain = Small with { Views = new(new ViewRecipe { CropAreaMin = 1, FlipProbability = 0, JitterProbability = 0, GrayProbability = 0 }) };
        var (first, _) = Train(plain with { Subset = [.. Enumerable.Range(0, 16)] });
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        using var images = TestPool.Images(16);
        using var pretrainer = new Pretrainer(images, method, plain);

        var alone = pretrainer.Run().Select(s => s.Loss).ToArray();

        Assert.Equal(4, first.Count);
        Assert.Equal(alone, first.Select(s => s.Loss));
    }

    [Theory]
    [InlineData(30, 8, 3), InlineData(32, 8, 4), InlineData(7, 8, 1), InlineData(8, 8, 1)]
    public void An_epoch_has_whole_batches_and_at_least_one(int count, int batchSize, int expected) =>
        Assert.Equal(expected, new PretrainerOptions { BatchSize = batchSize }.StepsPerEpoch(count));

    [Fact]
    public void Steps_can_be_asked_for_instead_of_epochs()
    {
        var (steps, _) = Train(Small with { Steps = 4 });

        Assert.Equal([1, 1, 1, 2], steps.Select(s => s.Epoch));
        Assert.All(steps, s => Assert.Equal(4, s.TotalSteps));
    }

    [Fact]
    public void Gradients_of_parts_add_up_to_those_of_the_batch_where_the_loss_is_a_mean_over_images()
    {
        // BN is what couples images; in eval mode SimSiam's loss is a mean over them.
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimSiam(proxy, 1);
        method.Train(false);
        Tensor first = PyTorch.Formula([8, 3, 8, 8], 1), second = PyTorch.Formula([8, 3, 8, 8], 2);
        var weight = proxy.Encoder.named_parameters().First().parameter;

        method.Loss(cat([first, second], 0)).backward();
        float[] whole = PyTorch.Values(weight.grad!);
        weight.grad = null;
        foreach (int part in (int[])[0, 1])
            method.Loss(cat([first.narrow(0, part * 4, 4), second.narrow(0, part * 4, 4)], 0)).div(2).backward();

        PyTorch.AssertClose(whole, weight.grad!, 1e-4);
    }

    [Fact]
    public void Parts_of_a_batch_report_the_mean_loss_and_make_one_step()
    {
        var (whole, _) = Train(Small);
        var (parts, _) = Train(Small with { AccumulationParts = 4 });

        Assert.Equal(whole.Count, parts.Count);
        Assert.True(parts[0].Loss < whole[0].Loss, "Two images in a part have fewer negatives than eight.");
    }

    [Theory]
    [InlineData(new[] { 0, 24 }, "index 24; expected 0 to 23")]
    [InlineData(new[] { 0, 1, 1 }, "3 indices, 2 of them different")]
    [InlineData(new[] { 5 }, "1 images to learn from; expected at least 2")]
    public void A_wrong_subset_is_refused(int[] subset, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Train(Small with { Subset = subset })).Message);

    [Fact]
    public void Both_views_must_have_one_size() =>
        Assert.Contains("first views have 8 px and the second 4", Assert.Throws<ArgumentException>(() => Train(Small with { Views = new(new ViewRecipe(), new ViewRecipe { Size = 4 }) })).Message);

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run()
    {
        var error = Assert.Throws<ArithmeticException>(() => Train(Small with { LearningRate = double.PositiveInfinity, WarmupShare = 0 }));

        Assert.Contains("The loss is NaN at step 2 of 6 (epoch 1, learning rate", error.Message);
        Assert.Contains("Use a lower learning rate", error.Message);
    }

    [Fact]
    public void A_pool_smaller_than_a_batch_is_one_batch_and_a_rest_is_skipped()
    {
        Assert.Equal(3, Train(Small with { Epochs = 3, BatchSize = 512 }).Steps.Count);
        Assert.Equal(4, Train(Small with { Epochs = 4, BatchSize = 17 }).Steps.Count);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Tensors_do_not_pile_up(string name)
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = All[name].Create(proxy, 1);
        using var pretrainer = new Pretrainer(TestPool.Images(), method, Small with { Epochs = 4, AccumulationParts = 2 });

        var counts = pretrainer.Run().Select(_ => Tensor.TotalCount).ToArray();

        Assert.All(counts[1..], c => Assert.Equal(counts[0], c));
    }

    [Fact]
    public void Refuses_images_of_another_size()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(16), 1);
        using var method = new SimClr(proxy);

        Assert.Contains("8 px; expected 16", Assert.Throws<ArgumentException>(() => new Pretrainer(TestPool.Images(), method, Small)).Message);
    }

    const string Last = "step-00000006.safetensors";

    static string[] Saved(string folder) => Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Everything new, as in a new process.</summary>
    static (List<PretrainingStep> Steps, int ResumedAt) Train(PretrainerOptions options, string? encoderPath = null, int? stopAfter = null, int seed = 1, MethodOptions? method = null)
    {
        using var cancel = new CancellationTokenSource();
        using var images = TestPool.Images();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed);
        using var learning = (method ?? new SimClrOptions()).Create(proxy, seed);
        using var pretrainer = new Pretrainer(images, learning, options);
        var steps = new List<PretrainingStep>();
        try
        {
            foreach (var step in pretrainer.Run(cancel.Token))
            {
                steps.Add(step);
                if (step.Step == stopAfter) cancel.Cancel();
            }
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
        if (encoderPath is not null) EncoderFile.Save(encoderPath, proxy);
        return (steps, pretrainer.ResumedAt);
    }

    sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
