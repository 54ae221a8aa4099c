namespace Gleaner.Torch;

/// <summary>How a proxy is trained; the defaults of the numbers are the SAS authors' (arXiv 2302.09195) except where noted.</summary>
public sealed record PretrainerOptions
{
    /// <summary>Passes over the pool.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Images in a step, two views of each; the authors' is 512. A pool smaller than this is one batch.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Adam's, at its highest.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>L2, added to the gradient of every parameter.</summary>
    public double WeightDecay { get; init; } = 1e-6;

    /// <summary>Share of the steps in which the learning rate rises from 0; afterwards it falls along half a cosine to 0 (SimCLR, appendix B.9; the authors: constant).</summary>
    public double WarmupShare { get; init; } = 0.05;

    /// <summary>Decides the order of the images and their views; the first weights are the proxy's.</summary>
    public int Seed { get; init; }

    /// <summary>How views are made.</summary>
    public ViewRecipe Views { get; init; } = new();

    /// <summary>Where to save the training's state and where to go on from if it exists; null for neither.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Time between two savings.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><see cref="ImagePool.Fingerprint"/> or the like; a checkpoint of another pool is refused.</summary>
    public string PoolFingerprint { get; init; } = "";
}
