using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>An encoder and a head that follow others slowly and get no gradients: MoCo's f_k, BYOL's target ξ.</summary>
/// <remarks>Parameters follow; BN's running statistics are the copy's own, as in both papers' code.</remarks>
sealed class MomentumCopy : IDisposable
{
    readonly Proxy _of;

    public MomentumCopy(Proxy of)
    {
        _of = of;
        Encoder = new ResNet(of.Options.Architecture, seed: 0);
        Head = new MlpHead(of.Options.Architecture.Dimension, seed: 0, of.Options.Head);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (copy, source) in Pairs(m => m.state_dict().Values)) copy.copy_(source);
        foreach (var module in new nn.Module[] { Encoder, Head })
            foreach (var p in module.parameters()) p.requires_grad_(false);
    }

    public ResNet Encoder { get; }

    public MlpHead Head { get; }

    /// <summary>copy = m copy + (1 - m) source for every parameter.</summary>
    public void Follow(double m)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (copy, source) in Pairs(module => module.parameters())) copy.mul_(m).add_(source, alpha: 1 - m);
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Head.Dispose();
    }

    IEnumerable<(Tensor Copy, Tensor Source)> Pairs(Func<nn.Module, IEnumerable<Tensor>> of) =>
        of(Encoder).Zip(of(_of.Encoder)).Concat(of(Head).Zip(of(_of.Head!)));
}
