using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>SimCLR: pull the two views of an image together, push all other views of the batch away.</summary>
/// <remarks>Chen et al. 2020, algorithm 1 (arXiv:2002.05709).</remarks>
public sealed class SimClr : ContrastiveMethod
{
    readonly ResNet f;
    readonly MlpHead g;
    readonly double τ;

    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head.</summary>
    public SimClr(Proxy proxy, SimClrOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        Proxy = proxy;
        τ = (options ?? new()).Temperature;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(τ, nameof(SimClrOptions.Temperature));
        f = proxy.Encoder;
        g = proxy.Head ?? throw new ArgumentException("The proxy has no head; expected one. Load it together with its head file.", nameof(proxy));
    }

    /// <inheritdoc/>
    public override Proxy Proxy { get; }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"SimCLR, temperature {τ}");

    /// <inheritdoc/>
    public override Tensor Loss(Tensor views)
    {
        using var scope = NewDisposeScope();
        var h = f.call(views);                                               // (2N, D): one pass, so BN sees both views
        var z = g.call(h);                                                   // (2N, 128)
        return NtXent.Loss(z, τ).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Value)> Parameters =>
        f.named_parameters().Select(p => ("encoder." + p.name, p.parameter)).Concat(g.named_parameters().Select(p => ("head." + p.name, p.parameter)));

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Value)> State =>
        f.state_dict().Select(p => ("encoder." + p.Key, p.Value)).Concat(g.state_dict().Select(p => ("head." + p.Key, p.Value)));

    /// <inheritdoc/>
    public override void Train(bool on)
    {
        f.train(on);
        g.train(on);
    }
}
