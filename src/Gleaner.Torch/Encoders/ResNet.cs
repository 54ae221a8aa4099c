using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Torch;

/// <summary>An encoder f: images (B, 3, H, W) to features (B, <see cref="ResNetOptions.Dimension"/>), the mean over the last stage's positions.</summary>
/// <remarks>
/// He et al. 2015 (arXiv:1512.03385), as torchvision builds it, without fc. Field names are torchvision's: they are the keys of its state_dict.
/// The weights lie channels-last in memory (shapes are the usual ones), which doubles the speed of small convolutions; so should the images.
/// </remarks>
public sealed class ResNet : Module<Tensor, Tensor>
{
    readonly Conv2d conv1;
    readonly BatchNorm2d bn1;
    readonly MaxPool2d? maxpool;
    readonly Sequential layer1, layer2, layer3, layer4;

    /// <summary>Fresh weights from <paramref name="seed"/>: normal with the variance 2 / (out channels x kernel area), as torchvision's.</summary>
    public ResNet(ResNetOptions options, int seed) : base(nameof(ResNet))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Width);
        Options = options;
        int planes = options.Planes;
        bool wide = options.Stem == ResNetStem.Conv7Stride2Pool;
        conv1 = Conv2d(3, planes, wide ? 7 : 3, stride: options.Stem == ResNetStem.Conv3Stride1 ? 1 : 2, padding: wide ? 3 : 1, bias: false);
        bn1 = BatchNorm2d(planes);
        maxpool = wide || options.Stem == ResNetStem.Conv3Stride2Pool ? MaxPool2d(3, stride: 2, padding: 1) : null;

        int channels = planes;
        layer1 = Stage(ref channels, planes, options.Blocks[0], stride: 1);
        layer2 = Stage(ref channels, planes * 2, options.Blocks[1], stride: 2);
        layer3 = Stage(ref channels, planes * 4, options.Blocks[2], stride: 2);
        layer4 = Stage(ref channels, planes * 8, options.Blocks[3], stride: 2);
        RegisterComponents();
        Initialization.ConvolutionsForRelu(this, seed);
    }

    /// <summary>What was built.</summary>
    public ResNetOptions Options { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = BatchNormalization.Of(bn1, Convolution.Of(conv1, input), relu: true);   // (B, P, H, W) or half the sides
        if (maxpool is not null) x = maxpool.call(x);
        x = layer4.call(layer3.call(layer2.call(layer1.call(x))));           // (B, D, H/8, W/8)
        return x.mean([2, 3]).MoveToOuterDisposeScope();                     // (B, D)
    }

    Sequential Stage(ref int channels, int planes, int blocks, int stride)
    {
        var stage = new List<(string, Module<Tensor, Tensor>)>();
        int outputs = planes * (Options.Bottleneck ? 4 : 1);
        for (int k = 0; k < blocks; k++)
        {
            int step = k == 0 ? stride : 1;
            stage.Add(($"{k}", Options.Bottleneck ? new BottleneckBlock(channels, planes, step) : new BasicBlock(channels, planes, step)));
            channels = outputs;
        }
        return Sequential(stage);
    }
}
