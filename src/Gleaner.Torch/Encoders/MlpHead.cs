using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>The projection head g: features (B, d) to (B, <see cref="Dimension"/>), used by the loss and usually dropped afterwards.</summary>
/// <remarks>
/// The SAS authors': Linear(d, d) - BN - ReLU - Linear(d, 128) - BN without scale and shift, no biases.
/// Keys: projection_head.0 Linear, .1 BN, .3 Linear, .4 BN.
/// </remarks>
public sealed class MlpHead : Module<Tensor, Tensor>
{
    readonly Sequential projection_head;

    /// <summary>Fresh weights from <paramref name="seed"/>.</summary>
    public MlpHead(int inputs, int seed, int dimension = 128) : base(nameof(MlpHead))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Dimension = dimension;
        projection_head = Sequential(
            ("0", Linear(inputs, inputs, hasBias: false)),
            ("1", BatchNorm1d(inputs)),
            ("2", ReLU(inplace: true)),
            ("3", Linear(inputs, dimension, hasBias: false)),
            ("4", BatchNorm1d(dimension, affine: false)));
        RegisterComponents();
        Initialization.Linears(this, seed);
    }

    /// <summary>Numbers in the output; 128 in SimCLR.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => projection_head.call(input);
}
