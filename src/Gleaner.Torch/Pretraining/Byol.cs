using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>BYOL: the online network θ predicts the projection that a slowly following target ξ gives the other view; no negatives.</summary>
/// <remarks>Grill et al. 2020, eq. 1 and 2 and algorithm 1 (arXiv:2006.07733).</remarks>
public sealed class Byol : ContrastiveMethod
{
    readonly ByolOptions _options;
    readonly MomentumCopy ξ;
    readonly MlpHead q;

    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head; <paramref name="seed"/> decides the predictor's weights.</summary>
    public Byol(Proxy proxy, int seed, ByolOptions? options = null) : base(proxy)
    {
        _options = options ?? new();
        if (!(_options.Momentum is >= 0 and <= 1)) throw new ArgumentException($"{nameof(ByolOptions.Momentum)} is {_options.Momentum}; expected a number from 0 to 1.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.PredictorHidden, nameof(ByolOptions.PredictorHidden));
        int d = proxy.Head!.Dimension, projection = proxy.Options.Head.Hidden;
        int hidden = _options.PredictorHidden > 0 ? _options.PredictorHidden : projection > 0 ? projection : proxy.Dimension;
        ξ = new MomentumCopy(proxy);
        q = new MlpHead(d, unchecked(seed + 2), new() { Hidden = hidden, Dimension = d, OutputNorm = false });
    }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"BYOL, momentum {_options.Momentum}, predictor {(_options.PredictorHidden == 0 ? "as wide as the head" : _options.PredictorHidden)}");

    /// <inheritdoc/>
    public override Tensor Loss(Tensor views)
    {
        using var scope = NewDisposeScope();
        var x = views.chunk(2, 0);
        var (p1, p2) = (q.call(z(x[0])), q.call(z(x[1])));                                           // (N, d)
        var (t1, t2) = (Target(x[0]), Target(x[1]));                                                 // (N, d), no gradient
        return (L(p1, t2) + L(p2, t1)).MoveToOuterDisposeScope();
    }

    /// <summary>ξ = τ ξ + (1 - τ) θ with τ = 1 - (1 - τ_base) (cos(π progress) + 1) / 2.</summary>
    public override void AfterStep(double progress) => ξ.Follow(1 - (1 - _options.Momentum) * (Math.Cos(Math.PI * progress) + 1) / 2);

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, nn.Module Module)> Trained => base.Trained.Append(("predictor", q));

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, nn.Module Module)> Followers => [("target.encoder", ξ.Encoder), ("target.head", ξ.Head)];

    /// <inheritdoc/>
    public override void Dispose()
    {
        ξ.Dispose();
        q.Dispose();
        base.Dispose();
    }

    Tensor z(Tensor x) => Proxy.Head!.call(Proxy.Encoder.call(x));

    Tensor Target(Tensor x)
    {
        using var _ = no_grad();
        return ξ.Head.call(ξ.Encoder.call(x));
    }

    /// <summary>Eq. 2, the squared distance of unit vectors, 2 - 2 cos; the mean over the batch.</summary>
    static Tensor L(Tensor p, Tensor z) => 2 - 2 * nn.functional.cosine_similarity(p, z, dim: 1).mean();
}
