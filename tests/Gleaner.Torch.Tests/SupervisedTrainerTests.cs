using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class SupervisedTrainerTests
{
    // 30 images in batches of 7 or 8: 4 steps an epoch.
    static readonly SupervisedTrainerOptions Small = new() { Epochs = 3, BatchSize = 8, LearningRate = 0.02, Seed = 5, PoolFingerprint = "a pool" };

    [Fact]
    public void Learns_what_can_be_learned_and_shows_it_on_new_images()
    {
        var (images, labels) = LabeledImages.Squares(60);
        var (test, testLabels) = LabeledImages.Squares(120);
        using var classifier = LabeledImages.Tiny();
        var options = Small with { Epochs = 20, Subset = [.. Enumerable.Range(0, 45)], Views = new ViewRecipe { CropAreaMin = 0.8, FlipProbability = 0, JitterProbability = 0, GrayProbability = 0 } };
        using var trainer = new SupervisedTrainer(images, labels, classifier, options);

        var steps = trainer.Run().ToArray();
        int[] unseen = [.. Enumerable.Range(60, 60)];
        var scores = trainer.Scores();

        Assert.True(steps[^6..].Average(s => s.Accuracy) > 0.95);
        Assert.InRange(ClassifierAccuracy.Of(classifier, test, testLabels, unseen).Top1, 0.95, 1);
        Assert.All(scores.Learned!, Assert.True);
        Assert.InRange(ImageScores.Confidence(classifier, images, labels, trainer.Images).Average(), scores.Confidence!.Average(), 1);   // it learned, so the end is better than the mean
    }

    [Fact]
    public void A_wrong_label_is_the_hardest_to_learn()
    {
        var (images, labels) = LabeledImages.Squares(60);
        labels[17] = (labels[17] + 1) % 3;
        using var classifier = LabeledImages.Tiny();
        using var trainer = new SupervisedTrainer(images, labels, classifier, Small with { Epochs = 12, Views = new ViewRecipe { CropAreaMin = 0.8, FlipProbability = 0, JitterProbability = 0, GrayProbability = 0 } });

        foreach (var _ in trainer.Run()) { }
        var scores = trainer.Scores() with { El2n = ImageScores.El2n(classifier, images, labels) };

        Assert.Equal(17, scores.Order(SupervisedScore.El2n)[0]);
        Assert.Equal(17, scores.Order(SupervisedScore.Confidence)[0]);
        Assert.Equal(17, scores.Order(SupervisedScore.Forgetting)[0]);
    }

    [Fact]
    public void A_resumed_run_gives_the_same_bytes_as_an_undisturbed_one()
    {
        foreach (int threads in (int[])[1, 2])
            foreach (var kind in threads == 1 ? [OptimizerKind.Sgd, OptimizerKind.Adam] : (OptimizerKind[])[OptimizerKind.Sgd])
            {
                using var folder = new TestFolder();
                using var _ = new Threads(threads);
                var options = Small with { Optimizer = new() { Kind = kind } };
                var (_, _, whole) = Train(options with { CheckpointFolder = folder["whole"] }, folder["whole.safetensors"]);

                Train(options with { CheckpointFolder = folder["parts"] }, stopAfter: 6);
                var (_, resumedAt, parts) = Train(options with { CheckpointFolder = folder["parts"] }, folder["parts.safetensors"], seed: 99);   // other first weights: the file decides

                Assert.Equal(6, resumedAt);
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], Last)), File.ReadAllBytes(Path.Combine(folder["parts"], Last)));
                Assert.Equal(File.ReadAllBytes(folder["whole.safetensors"]), File.ReadAllBytes(folder["parts.safetensors"]));
                Assert.Equal(whole!.ForgettingEvents, parts!.ForgettingEvents);
                Assert.Equal(whole.Confidence, parts.Confidence);
                Assert.Equal(whole.Variability, parts.Variability);
            }
    }

    [Fact]
    public void Every_number_of_threads_gives_the_same_bytes()
    {
        using var folder = new TestFolder();
        var (images, labels) = LabeledImages.Squares();
        var grand = new List<double[]>();
        foreach (int threads in (int[])[1, 2, 4])
        {
            using var _ = new Threads(threads);
            Train(Small, folder[$"{threads}.safetensors"], eachEpoch: classifier => grand.Add(ImageScores.Grand(classifier, images, labels, [0, 1])));
        }

        Assert.Equal(File.ReadAllBytes(folder["1.safetensors"]), File.ReadAllBytes(folder["2.safetensors"]));
        Assert.Equal(File.ReadAllBytes(folder["1.safetensors"]), File.ReadAllBytes(folder["4.safetensors"]));
        Assert.All(grand.Chunk(grand.Count / 3), scores => Assert.Equal(grand.Take(grand.Count / 3), scores));
    }

    [Fact]
    public void Evaluating_between_steps_changes_nothing()
    {
        using var folder = new TestFolder();
        Train(Small, folder["plain.safetensors"]);
        var (images, labels) = LabeledImages.Squares();

        Train(Small, folder["evaluated.safetensors"], eachEpoch: classifier =>
        {
            ClassifierAccuracy.Of(classifier, images, labels);
            ImageScores.Grand(classifier, images, labels, [0, 1]);
        });

        Assert.Equal(File.ReadAllBytes(folder["plain.safetensors"]), File.ReadAllBytes(folder["evaluated.safetensors"]));
    }

    [Fact]
    public void Reports_every_step_and_the_ends_of_epochs()
    {
        var (steps, _, _) = Train(Small with { Epochs = 2, WarmupShare = 0.5 });

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], steps.Select(s => s.Step));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], steps.Select(s => s.Epoch));
        Assert.Equal([4, 8], steps.Where(s => s.EndsEpoch).Select(s => s.Step));
        Assert.All(steps, s => Assert.True(s.TotalSteps == 8 && s.ImagesPerSecond > 0 && s.Accuracy is >= 0 and <= 1));
        Assert.Equal(Small.LearningRate, steps[3].LearningRate, 1e-12);
    }

    [Theory]
    [InlineData(30, 8), InlineData(7, 3), InlineData(128, 128), InlineData(129, 128), InlineData(5, 100)]
    public void Every_image_is_seen_once_an_epoch_in_batches_of_nearly_one_size(int count, int batchSize)
    {
        int steps = new SupervisedTrainerOptions { BatchSize = batchSize }.StepsPerEpoch(count);
        var batches = new EpochBatches(count, steps, seed: 2);

        int[][] first = [.. Enumerable.Range(0, steps).Select(k => batches.Of(k).ToArray())], second = [.. Enumerable.Range(steps, steps).Select(k => batches.Of(k).ToArray())];

        Assert.Equal(Enumerable.Range(0, count), first.SelectMany(b => b).Order());
        Assert.Equal(Enumerable.Range(0, count), second.SelectMany(b => b).Order());
        Assert.NotEqual(first.SelectMany(b => b), second.SelectMany(b => b));
        Assert.All(first, b => Assert.InRange(b.Length, Math.Max(2, batches.LargestBatch - 1), Math.Min(batchSize, count)));
        Assert.True((steps - 1) * batchSize < count); // and not in more steps than that takes
    }

    [Fact]
    public void Only_the_subset_is_learned_from()
    {
        using var folder = new TestFolder();
        int[] subset = [.. Enumerable.Range(0, 20)];
        Train(Small with { Subset = subset }, folder["a.safetensors"]);

        var (steps, _, scores) = Train(Small with { Subset = subset }, folder["b.safetensors"], change: labels => labels[25] = -1);   // no label is needed outside

        Assert.Equal(9, steps.Count);
        Assert.Equal(subset, scores!.Images);
        Assert.Equal(File.ReadAllBytes(folder["a.safetensors"]), File.ReadAllBytes(folder["b.safetensors"]));
    }

    [Fact]
    public void Steps_can_be_asked_for_instead_of_epochs()
    {
        var (steps, _, _) = Train(Small with { Steps = 5 });

        Assert.Equal([1, 1, 1, 1, 2], steps.Select(s => s.Epoch));
        Assert.Equal([4, 5], steps.Where(s => s.EndsEpoch).Select(s => s.Step));
    }

    [Fact]
    public void A_changed_setting_is_refused_with_both_values()
    {
        using var folder = new TestFolder();
        var options = Small with { CheckpointFolder = folder["c"] };
        Train(options, stopAfter: 1);

        string Refused(SupervisedTrainerOptions o, Action<int[]>? change = null) => Assert.Throws<InvalidDataException>(() => Train(o, change: change)).Message;

        Assert.Contains("learning rate is 0.02 there and 0.5 now", Refused(options with { LearningRate = 0.5 }));
        Assert.Contains("pool is a pool there and another now", Refused(options with { PoolFingerprint = "another" }));
        Assert.Contains("subset is all there", Refused(options with { Subset = [.. Enumerable.Range(0, 30)] }));
        Assert.Contains("labels is ", Refused(options, labels => labels[3] = 1));
        Assert.Contains("seed is 5 there and 6 now", Refused(options with { Seed = 6 }));
        Assert.Contains("views is ", Refused(options with { Views = new() }));
    }

    [Fact]
    public void A_checkpoint_of_pretraining_is_refused()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new SimClr(proxy);
        using (var pretrainer = new Pretrainer(TestPool.Images(), method, new PretrainerOptions { Epochs = 1, CheckpointFolder = folder["c"] }))
            foreach (var _ in pretrainer.Run()) { }

        Assert.Contains("method is SimCLR, temperature 0.5 there and supervised, cross entropy now", Assert.Throws<InvalidDataException>(() => Train(Small with { CheckpointFolder = folder["c"] })).Message);
    }

    [Theory]
    [InlineData(new[] { 0, 30 }, "index 30; expected 0 to 29")]
    [InlineData(new[] { 0, 1, 1 }, "3 indices, 2 of them different")]
    [InlineData(new[] { 5 }, "1 images to learn from; expected at least 2")]
    public void A_wrong_subset_is_refused(int[] subset, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Train(Small with { Subset = subset })).Message);

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run() =>
        Assert.Contains("The loss is NaN at step 2 of 12 (epoch 1, learning rate", Assert.Throws<ArithmeticException>(() => Train(Small with { LearningRate = double.PositiveInfinity })).Message);

    [Fact]
    public void Tensors_do_not_pile_up()
    {
        var (images, labels) = LabeledImages.Squares();
        using var classifier = LabeledImages.Tiny();
        using var trainer = new SupervisedTrainer(images, labels, classifier, Small);

        var counts = trainer.Run().Select(_ => Tensor.TotalCount).ToArray();

        Assert.All(counts[1..], c => Assert.Equal(counts[0], c));
    }

    [Fact]
    public void Another_batch_size_keeps_the_learning_rate_per_image_for_SGD_alone()
    {
        Assert.Equal(0.2, new SupervisedTrainerOptions().WithBatchSize(256).LearningRate, 1e-12);
        Assert.Equal(0.1, new SupervisedTrainerOptions { Optimizer = new() { Kind = OptimizerKind.AdamW } }.WithBatchSize(256).LearningRate);
    }

    const string Last = "step-00000012.safetensors";

    /// <summary>Everything new, as in a new process.</summary>
    static (List<SupervisedStep> Steps, int ResumedAt, SupervisedScores? Scores) Train(SupervisedTrainerOptions options, string? path = null, int? stopAfter = null, int seed = 1,
        Action<int[]>? change = null, Action<Classifier>? eachEpoch = null)
    {
        using var cancel = new CancellationTokenSource();
        var (images, labels) = LabeledImages.Squares();
        change?.Invoke(labels);
        using var classifier = LabeledImages.Tiny(seed: seed);
        using var trainer = new SupervisedTrainer(images, labels, classifier, options);
        var steps = new List<SupervisedStep>();
        try
        {
            foreach (var step in trainer.Run(cancel.Token))
            {
                steps.Add(step);
                if (step.EndsEpoch) eachEpoch?.Invoke(classifier);
                if (step.Step == stopAfter) cancel.Cancel();
            }
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
            return (steps, trainer.ResumedAt, null);
        }
        if (path is not null) ClassifierFile.Save(path, classifier);
        return (steps, trainer.ResumedAt, trainer.Scores());
    }
}
