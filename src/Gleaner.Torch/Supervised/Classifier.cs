using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>A network that is trained with labels: an encoder and one linear layer to the logits of the classes, with torchvision's names (fc).</summary>
public sealed class Classifier : IDisposable
{
    readonly Linear fc;

    internal Classifier(ProxyOptions options, int classes, int seed)
    {
        (Options, Classes, Encoder) = (options, classes, new ResNet(options.Architecture, seed));
        fc = nn.Linear(options.Architecture.Dimension, classes);
        Initialization.Linears(fc, unchecked(seed + 1));
    }

    /// <summary>A classifier with fresh weights, drawn as torchvision's: same seed, same bytes.</summary>
    /// <param name="options">The encoder and its input; the projection head in it is not used.</param>
    /// <param name="classes">How many classes, from 2; labels count from 0.</param>
    /// <param name="seed">Decides the weights.</param>
    public static Classifier Create(ProxyOptions options, int classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        return new Classifier(options, classes, seed);
    }

    /// <summary>What the encoder is and what it wants to be fed.</summary>
    public ProxyOptions Options { get; }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>The layers before fc.</summary>
    public ResNet Encoder { get; }

    /// <summary>Every parameter and buffer under torchvision's name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        Encoder.state_dict().Select(t => (t.Key, t.Value)).Concat(fc.state_dict().Select(t => ("fc." + t.Key, t.Value)));

    /// <summary>Images (B, 3, H, W), channels-last, to logits (B, <see cref="Classes"/>).</summary>
    public Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FromFeatures(Encoder.call(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Switches BN between the batch's statistics and the running ones.</summary>
    public void Train(bool on)
    {
        Encoder.train(on);
        fc.train(on);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        fc.Dispose();
    }

    internal nn.Module LastLayer => fc;

    internal IEnumerable<TrainedParameter> Parameters =>
        Encoder.named_parameters().Select(p => new TrainedParameter(p.name, p.parameter)).Concat(fc.named_parameters().Select(p => new TrainedParameter("fc." + p.name, p.parameter)));

    internal Tensor FromFeatures(Tensor h) => MatrixProduct.Of(fc, h);
}
