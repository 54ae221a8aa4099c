namespace Gleaner.Torch;

/// <summary>Settings of <see cref="SimClr"/>.</summary>
public sealed record SimClrOptions : MethodOptions
{
    /// <summary>t of the loss, above 0; 0.5 is SimCLR's for CIFAR-10 (appendix B.9) and the SAS authors'.</summary>
    public double Temperature { get; init; } = 0.5;

    /// <summary>A temperature of their own for pairs that are hard to tell apart; null for none, as in the paper.</summary>
    public DifficultPairs? DifficultPairs { get; init; }

    /// <inheritdoc/>
    public override string Name => "SimCLR";

    /// <inheritdoc/>
    public override int EncoderPasses => 6; // two views, forward and backward

    /// <inheritdoc/>
    public override MlpHeadOptions Head(ResNetOptions encoder) => new();

    /// <summary>LARS, 0.3 x batch / 256, decay 1e-6 without biases and norms, a tenth of 100 epochs for warm-up, then a cosine (section 2.2 and appendix B.6).</summary>
    public override PretrainerOptions Training(int imageSize) => new()
    {
        Optimizer = new() { Kind = OptimizerKind.Lars, WeightDecay = 1e-6, DecayBiasesAndNorms = false },
        LearningRate = 4.8,
        BatchSize = 4096,
        Epochs = 100,
        WarmupShare = 0.1,
        Views = ViewRecipes.SimClr(imageSize),
    };

    /// <inheritdoc/>
    public override ContrastiveMethod Create(Proxy proxy, int seed) => new SimClr(proxy, this);
}
