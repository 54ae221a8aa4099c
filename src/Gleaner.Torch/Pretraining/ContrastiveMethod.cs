using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>A way to learn an encoder from pairs of views: what is trained, the loss of one batch, and what a checkpoint must hold.</summary>
public abstract class ContrastiveMethod : IDisposable
{
    /// <summary>The proxy that is trained.</summary>
    public abstract Proxy Proxy { get; }

    /// <summary>The method with its settings in words and numbers; a checkpoint of another one is refused.</summary>
    public abstract string Description { get; }

    /// <summary>The loss of one batch, a scalar with a graph behind it.</summary>
    /// <param name="views">(2N, 3, H, W), channels-last: rows i and N + i are two views of one image.</param>
    public abstract Tensor Loss(Tensor views);

    /// <summary>What the optimiser moves, under names that stay the same.</summary>
    public abstract IEnumerable<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>Everything that changes while training, parameters and buffers, under names that stay the same.</summary>
    public abstract IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Switches BN between the batch's statistics and the running ones.</summary>
    public abstract void Train(bool on);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
