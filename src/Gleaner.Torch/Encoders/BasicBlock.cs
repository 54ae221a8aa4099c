using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>Two 3x3 convolutions and the way around them (He et al. 2015, figure 5 left). Field names are torchvision's keys.</summary>
sealed class BasicBlock : Module<Tensor, Tensor>
{
    readonly Conv2d conv1, conv2;
    readonly BatchNorm2d bn1, bn2;
    readonly Sequential? downsample;

    public BasicBlock(int inputs, int planes, int stride) : base(nameof(BasicBlock))
    {
        conv1 = Conv2d(inputs, planes, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(planes);
        conv2 = Conv2d(planes, planes, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(planes);
        downsample = stride == 1 && inputs == planes ? null : Shortcut.Create(inputs, planes, stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = BatchNormalization.Of(bn1, Convolution.Of(conv1, input), relu: true);
        var around = downsample is null ? input : Shortcut.Call(downsample, input);
        return BatchNormalization.Of(bn2, Convolution.Of(conv2, x), around, relu: true).MoveToOuterDisposeScope();
    }
}
