using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>A way to learn an encoder from pairs of views: what is trained, the loss of one batch, and what a checkpoint must hold.</summary>
public abstract class ContrastiveMethod : IDisposable
{
    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head.</summary>
    protected ContrastiveMethod(Proxy proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        if (proxy.Head is null) throw new ArgumentException("The proxy has no head; expected one. Load it together with its head file.", nameof(proxy));
        Proxy = proxy;
    }

    /// <summary>The proxy that is trained.</summary>
    public Proxy Proxy { get; }

    /// <summary>The method with its settings in words and numbers; a checkpoint of another one is refused.</summary>
    public abstract string Description { get; }

    /// <summary>The loss of one batch, a scalar with a graph behind it.</summary>
    /// <param name="views">(2N, 3, H, W), channels-last: rows i and N + i are two views of one image.</param>
    public abstract Tensor Loss(Tensor views);

    /// <summary>What follows the optimiser's step, such as moving a momentum encoder.</summary>
    /// <param name="progress">Share of the training that is done, from above 0 to 1.</param>
    public virtual void AfterStep(double progress)
    {
    }

    /// <summary>What the optimiser moves, under names that stay the same.</summary>
    public virtual IEnumerable<TrainedParameter> Parameters => Trained.SelectMany(part => part.Module.named_parameters().Select(p => new TrainedParameter($"{part.Name}.{p.name}", p.parameter)));

    /// <summary>Everything that changes while training, parameters and buffers, under names that stay the same.</summary>
    public virtual IEnumerable<(string Name, Tensor Value)> State => Trained.Concat(Followers).SelectMany(part => part.Module.state_dict().Select(t => ($"{part.Name}.{t.Key}", t.Value)));

    /// <summary>Switches BN between the batch's statistics and the running ones.</summary>
    public void Train(bool on)
    {
        foreach (var (_, module) in Trained.Concat(Followers)) module.train(on);
    }

    /// <summary>The modules that gradients train: the proxy's, and a predictor if there is one.</summary>
    protected virtual IEnumerable<(string Name, nn.Module Module)> Trained => [("encoder", Proxy.Encoder), ("head", Proxy.Head!)];

    /// <summary>The modules that follow others without gradients.</summary>
    protected virtual IEnumerable<(string Name, nn.Module Module)> Followers => [];

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
