using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>A layer's convolution: 3x3 by <see cref="WinogradConvolution"/> where it suits the shape and the processor, else by <see cref="PatchConvolution"/>.</summary>
/// <remarks>
/// libtorch's own depend on the number of threads: in the gradient of the weights always, in all else for small batches. And oneDNN, which libtorch 2.10 takes for 1x1, writes past its workspace with a stride and fewer than 16 channels
/// (uxlfoundation/oneDNN#6035); where the processor does not tell the sizes of its caches, as in some virtual machines, outputs of 512 channels are half wrong, or the process ends in a division by zero (est_eff_1x1).
/// </remarks>
static class Convolution
{
    /// <summary>The layer's output, channels-last; the layer must have no bias, no groups, and the same stride and padding both ways.</summary>
    public static Tensor Of(Conv2d layer, Tensor x)
    {
        var w = layer.weight;
        if (x.dim() != 4 || !ChannelsLast.IsNative(x)) return layer.call(x);
        int stride = layer.stride is [var s, ..] ? (int)s : 1, padding = layer.padding is [var p, ..] ? (int)p : 0;
        bool tiles = w.shape is [var k, var c, 3, 3] && stride == 1 && padding == 1 && WinogradConvolution.Suits(x.shape[2], x.shape[3], c, k);
        return tiles ? WinogradFunction.apply(x, w) : PatchFunction.apply(x, w, stride, padding);
    }
}
