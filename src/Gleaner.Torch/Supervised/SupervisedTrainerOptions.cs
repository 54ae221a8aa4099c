namespace Gleaner.Torch;

/// <summary>
/// How a classifier is trained. The defaults are those of the papers on scores of examples (Toneva et al. 2019, Paul et al. 2021: SGD, batch 128, 200 epochs, learning rate
/// 0.1, momentum 0.9, weight decay 5e-4) with two deviations, noted below: no Nesterov momentum and another schedule, and other crops.
/// </summary>
public sealed record SupervisedTrainerOptions
{
    /// <summary>Passes over the images.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Optimiser steps instead of <see cref="Epochs"/>, to compare subsets of different sizes at equal work; null: as many as the epochs have.</summary>
    public int? Steps { get; init; }

    /// <summary>
    /// Images in a step at most, from 3. An epoch is cut into batches whose sizes differ by one at most, so that every image is seen once in it and BN never meets a small rest.
    /// </summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimiser's, at its highest.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>The optimiser and its other settings.</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { Kind = OptimizerKind.Sgd, WeightDecay = 5e-4 };

    /// <summary>Share of the steps in which the learning rate rises from 0.</summary>
    public double WarmupShare { get; init; }

    /// <summary>What the learning rate does afterwards. Deviation: the papers' falls to a fifth after 60, 120 and 160 of 200 epochs.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Decides the order of the images and their views; the first weights are the classifier's.</summary>
    public int Seed { get; init; }

    /// <summary>How the one view of an image is made. Deviation: resized crops of 40 to 100 % of the area and a flip, where the papers shift the image by up to 4 pixels and flip it.</summary>
    public ViewRecipe Views { get; init; } = new() { CropAreaMin = 0.4, JitterProbability = 0, GrayProbability = 0 };

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

    /// <summary>These options for another batch size: SGD's and LARS's learning rates are proportional to it (Goyal et al. 2017, arXiv:1706.02677), Adam's stay.</summary>
    public SupervisedTrainerOptions WithBatchSize(int batchSize) => this with
    {
        BatchSize = batchSize,
        LearningRate = Optimizer.Kind is OptimizerKind.Sgd or OptimizerKind.Lars ? LearningRate * batchSize / BatchSize : LearningRate,
    };

    /// <summary>Steps of a pass over <paramref name="images"/> images: as few as batches of at most <see cref="BatchSize"/> allow.</summary>
    public int StepsPerEpoch(int images)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        return (images - 1) / BatchSize + 1;
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Epochs);
        if (Steps is { } steps) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps, nameof(Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 3);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(KeepCheckpoints);
        if (!(WarmupShare is >= 0 and <= 1)) throw new ArgumentException($"{nameof(WarmupShare)} is {WarmupShare}; expected a share from 0 to 1.");
    }
}
