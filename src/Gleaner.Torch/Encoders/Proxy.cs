using System.IO.Hashing;
using System.Text;

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
        return new Proxy(options, encoder, new MlpHead(options.Architecture.Dimension, unchecked(seed + 1), options.Head));
    }

    /// <summary>What it is.</summary>
    public ProxyOptions Options { get; }

    /// <summary>f.</summary>
    public ResNet Encoder { get; }

    /// <summary>g; null if it was loaded without one.</summary>
    public MlpHead? Head { get; }

    /// <summary>Numbers in the encoder's output.</summary>
    public int Dimension => Options.Architecture.Dimension;

    /// <summary>A hash of every weight and buffer, BN's statistics and the head's included: the same as long as nothing changed them.</summary>
    public string WeightsHash()
    {
        var hash = new XxHash128();
        foreach (var (name, value) in Encoder.state_dict().Concat(Head?.state_dict() ?? []))
        {
            hash.Append(Encoding.UTF8.GetBytes(name));
            hash.Append(TensorBytes.Read(name, value).Data.Span);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Head?.Dispose();
    }
}
