namespace Gleaner.Torch;

/// <summary>How an encoder is pretrained; the defaults of the numbers are the SAS authors' (arXiv 2302.09195) except where noted.</summary>
public sealed record PretrainerOptions
{
    /// <summary>Passes over the images.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Optimiser steps instead of <see cref="Epochs"/>, to compare subsets of different sizes at equal work; null: as many as the epochs have.</summary>
    public int? Steps { get; init; }

    /// <summary>Images in a step, two views of each; the authors' is 512. Fewer images than this are one batch.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>
    /// The batch passes in so many equal parts whose gradients are averaged, to fit into memory. BN and the loss see a part at a time, so for SimCLR the negatives
    /// are those of the part.
    /// </summary>
    public int AccumulationParts { get; init; } = 1;

    /// <summary>The optimiser's, at its highest.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The optimiser and its other settings.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Share of the steps in which the learning rate rises from 0 (SimCLR, appendix B.6; the authors: 0).</summary>
    public double WarmupShare { get; init; } = 0.05;

    /// <summary>What the learning rate does afterwards (the authors: constant).</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Decides the order of the images and their views; the first weights are the proxy's.</summary>
    public int Seed { get; init; }

    /// <summary>How the two views of an image are made.</summary>
    public ViewRecipePair Views { get; init; } = new(new ViewRecipe());

    /// <summary>Indices of the images to learn from, each once; null for all.</summary>
    public IReadOnlyList<int>? Subset { get; init; }

    /// <summary>Folder of the training's states, and where to go on from if it holds one; null for neither.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Time between two savings.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many of the newest states stay in the folder.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary><see cref="ImagePool.Fingerprint"/> or the like; a checkpoint of another pool is refused.</summary>
    public string PoolFingerprint { get; init; } = "";

    /// <summary>The SAS authors' training: Adam, 1e-3, decay 1e-6, no warm-up, no schedule, batch 512, 400 epochs, their views. Their temperature is 0.5 and their head the default one.</summary>
    public static PretrainerOptions Sas(int imageSize) => new() { Epochs = 400, WarmupShare = 0, Schedule = LearningRateSchedule.Constant, Views = ViewRecipes.Sas(imageSize) };

    /// <summary>These options for another batch size: SGD's and LARS's learning rates are proportional to it (Goyal et al. 2017, arXiv:1706.02677), Adam's stay.</summary>
    public PretrainerOptions WithBatchSize(int batchSize) => this with
    {
        BatchSize = batchSize,
        LearningRate = Optimizer.Kind is OptimizerKind.Sgd or OptimizerKind.Lars ? LearningRate * batchSize / BatchSize : LearningRate,
    };

    /// <summary>How many of <paramref name="images"/> images a step learns from: <see cref="BatchSize"/>, or all where they are fewer, without those that do not divide into <see cref="AccumulationParts"/> (which have 2 or more each).</summary>
    public int ImagesPerStep(int images)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        int parts = PartsOf(images);
        return Math.Min(BatchSize, images) / parts * parts;
    }

    /// <summary>Into how many parts a step of so many images is cut.</summary>
    internal int PartsOf(int images) => Math.Clamp(AccumulationParts, 1, Math.Max(1, Math.Min(BatchSize, images) / 2));

    /// <summary>Steps of a pass over <paramref name="images"/> images: whole batches, of all images where they are fewer than <see cref="BatchSize"/>.</summary>
    public int StepsPerEpoch(int images)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        return images / Math.Min(BatchSize, images);
    }
}
