using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>SimSiam: each view predicts the other's projection, through which no gradient flows; no negatives, no momentum.</summary>
/// <remarks>Chen and He 2020, eq. 1 to 4 and algorithm 1 (arXiv:2011.10566).</remarks>
public sealed class SimSiam : ContrastiveMethod
{
    readonly SimSiamOptions _options;
    readonly MlpHead h;

    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head; <paramref name="seed"/> decides the predictor's weights.</summary>
    public SimSiam(Proxy proxy, int seed, SimSiamOptions? options = null) : base(proxy)
    {
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.PredictorHidden, nameof(SimSiamOptions.PredictorHidden));
        int d = proxy.Head!.Dimension, hidden = _options.PredictorHidden == 0 ? Math.Max(1, d / 4) : _options.PredictorHidden;
        h = new MlpHead(d, unchecked(seed + 2), new() { Hidden = hidden, Dimension = d, OutputNorm = false });
    }

    /// <inheritdoc/>
    public override string Description => $"SimSiam, predictor {(_options.PredictorHidden == 0 ? "a quarter" : Invariant(_options.PredictorHidden))}{(_options.FixedPredictorRate ? " at a fixed rate" : "")}";

    /// <inheritdoc/>
    public override Tensor Loss(Tensor views)
    {
        using var scope = NewDisposeScope();
        var x = views.chunk(2, 0);
        var (z1, z2) = (f(x[0]), f(x[1]));                                                           // (N, d)
        var (p1, p2) = (h.call(z1), h.call(z2));
        return (D(p1, z2) / 2 + D(p2, z1) / 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IEnumerable<TrainedParameter> Parameters =>
        base.Parameters.Select(p => p with { Scheduled = !(_options.FixedPredictorRate && p.Name.StartsWith("predictor.", StringComparison.Ordinal)) });

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, nn.Module Module)> Trained => base.Trained.Append(("predictor", h));

    /// <inheritdoc/>
    public override void Dispose()
    {
        h.Dispose();
        base.Dispose();
    }

    /// <summary>The paper's f, encoder and projection; each view has BN statistics of its own, as in the authors' code.</summary>
    Tensor f(Tensor x) => Proxy.Head!.call(Proxy.Encoder.call(x));

    /// <summary>The negative cosine, with z a constant.</summary>
    static Tensor D(Tensor p, Tensor z) => -nn.functional.cosine_similarity(p, z.detach(), dim: 1).mean();

    static string Invariant(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
