using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>SimCLR: pull the two views of an image together, push all other views of the batch away.</summary>
/// <remarks>Chen et al. 2020, algorithm 1 (arXiv:2002.05709).</remarks>
public sealed class SimClr : ContrastiveMethod
{
    readonly SimClrOptions _options;

    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head.</summary>
    public SimClr(Proxy proxy, SimClrOptions? options = null) : base(proxy)
    {
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Temperature, nameof(SimClrOptions.Temperature));
        _options.DifficultPairs?.Validate();
    }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"SimCLR, temperature {_options.Temperature}{_options.DifficultPairs?.Description}");

    /// <inheritdoc/>
    public override Tensor Loss(Tensor views)
    {
        using var scope = NewDisposeScope();
        var h = Proxy.Encoder.call(views);                                   // (2N, D): one pass, so BN sees both views
        var z = Proxy.Head!.call(h);                                         // (2N, 128)
        return NtXent.Loss(z, _options.Temperature, _options.DifficultPairs).MoveToOuterDisposeScope();
    }
}
