using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Products of rows with rows by <see cref="PatchConvolution"/>, with their gradients: the same bytes at every number of threads, which those of libtorch's BLAS are not for every shape.</summary>
static class MatrixProduct
{
    /// <summary>a b^T: (n, d) and (m, d) to (n, m), float32.</summary>
    public static Tensor OfRows(Tensor a, Tensor b) => PatchFunction.apply(a, b, 1, 0);

    /// <summary>A layer's output of (n, d).</summary>
    public static Tensor Of(Linear layer, Tensor x)
    {
        if (!ChannelsLast.IsNative(x) || x.dim() != 2) return layer.call(x);
        using var scope = NewDisposeScope();
        var y = OfRows(x, layer.weight!);
        return (layer.bias is { } bias ? y + bias : y).MoveToOuterDisposeScope();
    }
}
