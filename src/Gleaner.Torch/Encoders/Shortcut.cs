using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>The way around a block where the shape changes: a 1x1 convolution and BN. Keys are torchvision's, <c>downsample.0</c> and <c>downsample.1</c>.</summary>
static class Shortcut
{
    /// <summary>Float32 numbers in the widest vector of x64.</summary>
    const int Lanes = 16;

    /// <remarks>
    /// With a stride and fewer channels than a vector holds, oneDNN's gradient of the weights writes past its workspace (uxlfoundation/oneDNN#6035): wrong gradients, damaged memory, crashes.
    /// There the pixels are picked first and convolved one by one: the same numbers.
    /// </remarks>
    public static Sequential Create(int inputs, int outputs, int stride)
    {
        bool pick = stride > 1 && inputs < Lanes;
        var convolution = Conv2d(inputs, outputs, 1, stride: pick ? 1 : stride, bias: false);
        var norm = BatchNorm2d(outputs);
        return pick ? Sequential(("pick", new Pick(stride)), ("0", convolution), ("1", norm)) : Sequential(("0", convolution), ("1", norm));
    }

    /// <summary>Every <paramref name="step"/>th pixel of each axis, from the first.</summary>
    sealed class Pick(int step) : Module<Tensor, Tensor>(nameof(Pick))
    {
        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return x.slice(2, 0, x.shape[2], step).slice(3, 0, x.shape[3], step).MoveToOuterDisposeScope();
        }
    }
}
