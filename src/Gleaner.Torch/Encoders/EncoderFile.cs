using System.IO.Hashing;

namespace Gleaner.Torch;

/// <summary>A proxy as .safetensors: the encoder with torchvision's key names, which Python loads as they are, and the head beside it in a file of its own.</summary>
public static class EncoderFile
{
    const string EncoderHash = "gleaner.encoder_hash";

    /// <summary>The file of the head that belongs to an encoder's file: <c>proxy.safetensors</c>, <c>proxy.head.safetensors</c>.</summary>
    public static string HeadPath(string path) => Path.ChangeExtension(path, ".head.safetensors");

    /// <summary>Writes the encoder and, if there is one, the head; each file is replaced as a whole.</summary>
    public static void Save(string path, Proxy proxy)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(proxy);
        var encoder = proxy.Encoder.state_dict().Select(t => TensorBytes.Read(t.Key, t.Value)).ToArray();
        AtomicFile.Write(path, s => SafeTensorsFile.Write(s, encoder, EncoderMetadata.Write(proxy.Options)));
        if (proxy.Head is null) return;

        var head = proxy.Head.state_dict().Select(t => TensorBytes.Read(t.Key, t.Value)).ToArray();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [EncoderHash] = Hash(encoder) };
        AtomicFile.Write(HeadPath(path), s => SafeTensorsFile.Write(s, head, metadata));
    }

    /// <summary>What the encoder in a file is, as the file itself says; null if it does not say. Loads no native library.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ProxyOptions? Describe(string path) => EncoderMetadata.Read(SafeTensorsFile.Read(path).Metadata, path);

    /// <summary>Reads an encoder, and its head if that file lies beside it.</summary>
    /// <param name="path">A file of <see cref="Save"/>, or a ResNet of torchvision saved as .safetensors (its fc is ignored).</param>
    /// <param name="options">What the encoder is, for a file that does not say so itself; otherwise ignored.</param>
    /// <exception cref="InvalidDataException">The file is damaged, is of something else, or the head belongs to another encoder.</exception>
    public static Proxy Load(string path, ProxyOptions? options = null)
    {
        var file = SafeTensorsFile.Read(path);
        options = EncoderMetadata.Read(file.Metadata, path) ?? options
            ?? throw new InvalidDataException($"{path}: does not say which encoder it holds (no gleaner.architecture in its metadata); expected a file that gleaner wrote, such as encoder.safetensors of a run, or its ProxyOptions.");
        var encoder = new ResNet(options.Architecture, seed: 0);
        try
        {
            TensorBytes.WriteAll([.. encoder.state_dict().Select(t => (t.Key, t.Value))], file, path, options.Architecture.ToString(), ignored: "fc.");
            return new Proxy(options, encoder, LoadHead(HeadPath(path), options, file));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    static MlpHead? LoadHead(string path, ProxyOptions options, SafeTensors encoder)
    {
        if (!File.Exists(path)) return null;
        var file = SafeTensorsFile.Read(path);
        string expected = Hash(encoder.Tensors.Values), found = file.Metadata.GetValueOrDefault(EncoderHash, "none");
        if (found != expected)
            throw new InvalidDataException($"{path}: belongs to the encoder with hash {found}; the encoder beside it has {expected}. Delete the head file to use the encoder alone.");
        var head = new MlpHead(options.Architecture.Dimension, seed: 0, options.Head);
        try
        {
            TensorBytes.WriteAll([.. head.state_dict().Select(t => (t.Key, t.Value))], file, path, $"a head of {options.Architecture}");
            return head;
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    static string Hash(IEnumerable<SafeTensor> tensors)
    {
        var hash = new XxHash128();
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal)) hash.Append(tensor.Data.Span);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
