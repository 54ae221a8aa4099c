using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class PretrainerTests
{
    static readonly PretrainerOptions Small = new() { Epochs = 2, BatchSize = 8, Seed = 5, PoolFingerprint = "a pool" };   // 24 images: 6 steps

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_resumed_run_gives_the_same_bytes_as_an_undisturbed_one(int threads)
    {
        using var folder = new TestFolder();
        using var _ = new Threads(threads);
        Train(Small with { CheckpointPath = folder["whole"] }, folder["whole.safetensors"]);

        Train(Small with { CheckpointPath = folder["parts"] }, folder["none.safetensors"], stopAfter: 3);
        var (_, resumedAt) = Train(Small with { CheckpointPath = folder["parts"] }, folder["parts.safetensors"], seed: 99);   // other first weights: the file decides

        Assert.Equal(3, resumedAt);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["parts"]));
        Assert.Equal(File.ReadAllBytes(folder["whole.safetensors"]), File.ReadAllBytes(folder["parts.safetensors"]));
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
        var (steps, _) = Train(Small with { Epochs = 30, Views = new ViewRecipe { CropAreaMin = 0.6 } });

        Assert.InRange(steps[^3..].Average(s => s.Loss), 0, steps[..3].Average(s => s.Loss) - 0.2);
    }

    [Fact]
    public void Cancelling_saves_and_says_so()
    {
        using var folder = new TestFolder();
        using var cancel = new CancellationTokenSource();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        var options = Small with { CheckpointPath = folder["c"] };
        using (var pretrainer = new Pretrainer(TestPool.Images(), method, options))
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (var step in pretrainer.Run(cancel.Token))
                    if (step.Step == 2) cancel.Cancel();
            });

        using var resumed = new Pretrainer(TestPool.Images(), method, options);

        Assert.Equal(2, resumed.ResumedAt);
        Assert.Equal(["c"], folder.Files);
    }

    [Fact]
    public void A_finished_checkpoint_leaves_nothing_to_do()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointPath = folder["c"] });

        var (steps, resumedAt) = Train(Small with { CheckpointPath = folder["c"] });

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
        using var pretrainer = new Pretrainer(TestPool.Images(), method, Small with { CheckpointPath = folder["c"], CheckpointEvery = TimeSpan.FromSeconds(2) }, time);
        var saved = new List<int>();

        foreach (var step in pretrainer.Run())
        {
            if (File.Exists(folder["c"])) saved.Add(step.Step);
            File.Delete(folder["c"]);
            time.Seconds++;
        }

        Assert.Equal([3, 5, 6], saved);
    }

    [Fact]
    public void A_checkpoint_of_other_settings_is_refused_with_both_values()
    {
        using var folder = new TestFolder();
        Train(Small with { CheckpointPath = folder["c"] }, stopAfter: 1);

        var error = Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointPath = folder["c"], LearningRate = 0.5, PoolFingerprint = "another" }));

        Assert.Contains("learning rate is 0.001 there and 0.5 now", error.Message);
        Assert.Contains("pool is a pool there and another now", error.Message);
        Assert.Contains("delete it to begin again", error.Message);
    }

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

    [Fact]
    public void Tensors_do_not_pile_up()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        using var pretrainer = new Pretrainer(TestPool.Images(), method, Small);

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

    /// <summary>Everything new, as in a new process.</summary>
    static (List<PretrainingStep> Steps, int ResumedAt) Train(PretrainerOptions options, string? encoderPath = null, int? stopAfter = null, int seed = 1)
    {
        using var cancel = new CancellationTokenSource();
        using var images = TestPool.Images();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed);
        using var method = new SimClr(proxy);
        using var pretrainer = new Pretrainer(images, method, options);
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
