using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>The projection head g, or a predictor q: (B, d) to (B, <see cref="Dimension"/>), used by the loss and usually dropped afterwards.</summary>
/// <remarks>
/// By default the SAS authors': Linear(d, d) - BN - ReLU - Linear(d, 128) - BN without scale and shift, no biases; keys projection_head.0 Linear,
/// .1 BN, .3 Linear, .4 BN. Other shapes are counted the same way.
/// </remarks>
public sealed class MlpHead : Module<Tensor, Tensor>
{
    readonly Sequential projection_head;

    /// <summary>Fresh weights from <paramref name="seed"/>.</summary>
    public MlpHead(int inputs, int seed, MlpHeadOptions? options = null) : base(nameof(MlpHead))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        var o = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(o.Layers, nameof(MlpHeadOptions.Layers));
        ArgumentOutOfRangeException.ThrowIfNegative(o.Hidden, nameof(MlpHeadOptions.Hidden));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(o.Dimension, nameof(MlpHeadOptions.Dimension));
        Dimension = o.Dimension;

        var parts = new List<(string, Module<Tensor, Tensor>)>();
        void Add(Module<Tensor, Tensor> part) => parts.Add(($"{parts.Count}", part));
        int width = inputs;
        for (int layer = 1; layer < o.Layers; layer++)
        {
            int hidden = o.Hidden == 0 ? inputs : o.Hidden;
            Add(Linear(width, hidden, hasBias: !o.HiddenNorm));
            if (o.HiddenNorm) Add(BatchNorm1d(hidden));
            Add(ReLU(inplace: true));
            width = hidden;
        }
        Add(Linear(width, o.Dimension, hasBias: !o.OutputNorm));
        if (o.OutputNorm) Add(BatchNorm1d(o.Dimension, affine: false));
        projection_head = Sequential(parts);
        RegisterComponents();
        Initialization.Linears(this, seed);
    }

    /// <summary>Numbers in the output; 128 in SimCLR.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        for (int part = 0; part < projection_head.Count; part++)
        {
            bool relu = part + 1 < projection_head.Count && projection_head[part + 1] is TorchSharp.Modules.ReLU;
            x = projection_head[part] switch
            {
                BatchNorm1d norm => BatchNormalization.Of(norm, x, relu: relu),
                TorchSharp.Modules.ReLU when part > 0 && projection_head[part - 1] is BatchNorm1d => x,   // done with it
                Linear linear => MatrixProduct.Of(linear, x),
                var layer => layer.call(x),
            };
        }
        return x.MoveToOuterDisposeScope();
    }
}
