using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>The way around a block where the shape changes: a 1x1 convolution and BN. Keys are torchvision's, <c>downsample.0</c> and <c>downsample.1</c>.</summary>
static class Shortcut
{
    public static Sequential Create(int inputs, int outputs, int stride) => Sequential(("0", Conv2d(inputs, outputs, 1, stride: stride, bias: false)), ("1", BatchNorm2d(outputs)));

    /// <summary>Its output, by <see cref="Convolution"/> and <see cref="BatchNormalization"/>; the layers alone would use libtorch's.</summary>
    public static Tensor Call(Sequential shortcut, Tensor x)
    {
        using var scope = NewDisposeScope();
        return BatchNormalization.Of((BatchNorm2d)shortcut[1], Convolution.Of((Conv2d)shortcut[0], x)).MoveToOuterDisposeScope();
    }
}
