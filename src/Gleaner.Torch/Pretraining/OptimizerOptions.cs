namespace Gleaner.Torch;

/// <summary>Which optimiser, and its settings besides the learning rate; the default is the SAS authors'.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which one.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>From 0; added to the gradient as decay x weight, except by AdamW, which shrinks the weight by rate x decay.</summary>
    public double WeightDecay { get; init; } = 1e-6;

    /// <summary>Also decay biases and BN's scales and shifts, as torch.optim does by default; SimCLR and BYOL do not, and LARS does not scale their rates then.</summary>
    public bool DecayBiasesAndNorms { get; init; } = true;

    /// <summary>Momentum of SGD and LARS, from 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>LARS's trust coefficient, above 0; 0.001 in SimCLR and BYOL.</summary>
    public double TrustCoefficient { get; init; } = 0.001;

    internal void Validate()
    {
        if (!Enum.IsDefined(Kind)) throw new ArgumentException($"{nameof(Kind)} is {Kind}; expected {string.Join(", ", Enum.GetNames<OptimizerKind>())}.");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay))) throw new ArgumentException($"{nameof(WeightDecay)} is {WeightDecay}; expected 0 or more.");
        if (!(Momentum is >= 0 and < 1)) throw new ArgumentException($"{nameof(Momentum)} is {Momentum}; expected a number from 0 to below 1.");
        if (!(TrustCoefficient > 0 && double.IsFinite(TrustCoefficient))) throw new ArgumentException($"{nameof(TrustCoefficient)} is {TrustCoefficient}; expected more than 0.");
    }
}
