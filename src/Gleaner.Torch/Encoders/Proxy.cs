namespace Gleaner.Torch;

/// <summary>The encoder that makes the embedding, with the head its training used and what it wants to be fed.</summary>
public sealed class Proxy : IDisposable
{
    internal Proxy(ProxyOptions options, ResNet encoder, MlpHead? head) => (Options, Encoder, Head) = (options, encoder, head);

    /// <summary>A proxy with fresh weights: same seed, same bytes.</summary>
    public static Proxy Create(ProxyOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var encoder = new ResNet(options.Architecture, seed);
        return new Proxy(options, encoder, new MlpHead(options.Architecture.Dimension, unchecked(seed + 1), options.HeadDimension));
    }

    /// <summary>What it is.</summary>
    public ProxyOptions Options { get; }

    /// <summary>f.</summary>
    public ResNet Encoder { get; }

    /// <summary>g; null if it was loaded without one.</summary>
    public MlpHead? Head { get; }

    /// <summary>Numbers in the encoder's output.</summary>
    public int Dimension => Options.Architecture.Dimension;

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Head?.Dispose();
    }
}
