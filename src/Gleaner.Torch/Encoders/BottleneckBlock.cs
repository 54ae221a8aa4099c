using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>1x1, 3x3 (with the stride, as torchvision's "v1.5"), 1x1 to four times the planes. Field names are torchvision's keys.</summary>
sealed class BottleneckBlock : Module<Tensor, Tensor>
{
    readonly Conv2d conv1, conv2, conv3;
    readonly BatchNorm2d bn1, bn2, bn3;
    readonly Sequential? downsample;

    public BottleneckBlock(int inputs, int planes, int stride) : base(nameof(BottleneckBlock))
    {
        int outputs = planes * 4;
        conv1 = Conv2d(inputs, planes, 1, bias: false);
        bn1 = BatchNorm2d(planes);
        conv2 = Conv2d(planes, planes, 3, stride: stride, padding: 1, bias: false);
        bn2 = BatchNorm2d(planes);
        conv3 = Conv2d(planes, outputs, 1, bias: false);
        bn3 = BatchNorm2d(outputs);
        downsample = stride == 1 && inputs == outputs ? null : Shortcut.Create(inputs, outputs, stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = BatchNormalization.Of(bn1, Convolution.Of(conv1, input), relu: true);
        x = BatchNormalization.Of(bn2, Convolution.Of(conv2, x), relu: true);
        var around = downsample is null ? input : Shortcut.Call(downsample, input);
        return BatchNormalization.Of(bn3, Convolution.Of(conv3, x), around, relu: true).MoveToOuterDisposeScope();
    }
}
