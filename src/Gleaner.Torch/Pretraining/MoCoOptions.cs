namespace Gleaner.Torch;

/// <summary>Settings of <see cref="MoCo"/>; the defaults are MoCo v2's for ImageNet.</summary>
public sealed record MoCoOptions : MethodOptions
{
    /// <summary>τ of the loss, above 0; 0.2 in MoCo v2 (table 2).</summary>
    public double Temperature { get; init; } = 0.2;

    /// <summary>m, how slowly the key encoder follows, from 0 to 1; 0.999 in the paper, 0.99 in its authors' CIFAR-10 demonstration, where steps are fewer.</summary>
    public double Momentum { get; init; } = 0.999;

    /// <summary>K, how many keys of earlier batches are negatives; 65,536 in the paper, 4,096 in the CIFAR-10 demonstration.</summary>
    public int Queue { get; init; } = 65536;

    /// <summary>The keys of a batch are normalised in so many groups, the queries all together, so that BN cannot tell which belong together; 8 processors in the paper.</summary>
    public int KeyGroups { get; init; } = 8;

    /// <inheritdoc/>
    public override string Name => "MoCo v2";

    /// <inheritdoc/>
    public override int EncoderPasses => 4; // a query forward and backward, a key forward

    /// <summary>Linear - ReLU - Linear to 128 numbers, without BN.</summary>
    public override MlpHeadOptions Head(ResNetOptions encoder) => new() { HiddenNorm = false, OutputNorm = false };

    /// <summary>SGD, 0.03 x batch / 256, momentum 0.9, decay 1e-4, batch 256, 200 epochs, a cosine without warm-up.</summary>
    public override PretrainerOptions Training(int imageSize) => new()
    {
        Optimizer = new() { Kind = OptimizerKind.Sgd, WeightDecay = 1e-4 },
        LearningRate = 0.03,
        BatchSize = 256,
        Epochs = 200,
        WarmupShare = 0,
        Views = ViewRecipes.MoCoV2(imageSize),
    };

    /// <inheritdoc/>
    public override ContrastiveMethod Create(Proxy proxy, int seed) => new MoCo(proxy, seed, this);
}
