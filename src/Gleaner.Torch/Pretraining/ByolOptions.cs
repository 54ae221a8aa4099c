namespace Gleaner.Torch;

/// <summary>Settings of <see cref="Byol"/>; the defaults are the paper's.</summary>
public sealed record ByolOptions : MethodOptions
{
    /// <summary>τ_base, how slowly the target follows at the start, from 0 to 1; it rises to 1 along half a cosine (section 3.2).</summary>
    public double Momentum { get; init; } = 0.996;

    /// <summary>Numbers between the predictor's two layers; 0 means as many as in the projection head.</summary>
    public int PredictorHidden { get; init; }

    /// <inheritdoc/>
    public override string Name => "BYOL";

    /// <inheritdoc/>
    public override int EncoderPasses => 8; // two views forward and backward, and forward again through the momentum copy

    /// <summary>Linear to 4,096 - BN - ReLU - Linear to 256 (section 3.3).</summary>
    public override MlpHeadOptions Head(ResNetOptions encoder) => new() { Hidden = Scaled(4096, encoder), Dimension = Scaled(256, encoder), OutputNorm = false };

    /// <summary>LARS, 0.2 x batch / 256, decay 1.5e-6 without biases and norms, batch 4,096, 1,000 epochs, the first 10 for warm-up, then a cosine (section 3.3).</summary>
    public override PretrainerOptions Training(int imageSize) => new()
    {
        Optimizer = new() { Kind = OptimizerKind.Lars, WeightDecay = 1.5e-6, DecayBiasesAndNorms = false },
        LearningRate = 3.2,
        BatchSize = 4096,
        Epochs = 1000,
        WarmupShare = 0.01,
        Views = ViewRecipes.Byol(imageSize),
    };

    /// <inheritdoc/>
    public override ContrastiveMethod Create(Proxy proxy, int seed) => new Byol(proxy, seed, this);
}
