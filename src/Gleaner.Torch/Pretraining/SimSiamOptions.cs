namespace Gleaner.Torch;

/// <summary>Settings of <see cref="SimSiam"/>; the defaults are the paper's.</summary>
public sealed record SimSiamOptions : MethodOptions
{
    /// <summary>Numbers between the predictor's two layers; 0 means a quarter of the projection's, as the paper's 512 of 2,048.</summary>
    public int PredictorHidden { get; init; }

    /// <summary>Keep the predictor's learning rate at its highest, as the authors' code does (section 4.3: it should adapt to the latest embeddings).</summary>
    public bool FixedPredictorRate { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => "SimSiam";

    /// <inheritdoc/>
    public override int EncoderPasses => 6; // two views, forward and backward

    /// <summary>Three layers with BN, 2,048 numbers each; two layers for small images (appendix D).</summary>
    public override MlpHeadOptions Head(ResNetOptions encoder)
    {
        int numbers = Scaled(2048, encoder);
        return new() { Layers = encoder.Stem == ResNetStem.Conv7Stride2Pool ? 3 : 2, Hidden = numbers, Dimension = numbers };
    }

    /// <summary>
    /// SGD, 0.05 x batch / 256, momentum 0.9, decay 1e-4, batch 512, 100 epochs, a cosine without warm-up; for images up to 64 px the paper's settings for
    /// CIFAR-10 (appendix D): 0.03 x batch / 256, decay 5e-4, 800 epochs.
    /// </summary>
    public override PretrainerOptions Training(int imageSize) => new()
    {
        Optimizer = new() { Kind = OptimizerKind.Sgd, WeightDecay = imageSize <= 64 ? 5e-4 : 1e-4 },
        LearningRate = imageSize <= 64 ? 0.06 : 0.1,
        BatchSize = 512,
        Epochs = imageSize <= 64 ? 800 : 100,
        WarmupShare = 0,
        Views = ViewRecipes.SimSiam(imageSize),
    };

    /// <inheritdoc/>
    public override ContrastiveMethod Create(Proxy proxy, int seed) => new SimSiam(proxy, seed, this);
}
