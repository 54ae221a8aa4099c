using System.IO.Hashing;

namespace Gleaner.Torch;

/// <summary>A proxy as .safetensors: the encoder with torchvision's key names, which Python loads as they are, and the head beside it in a file of its own. Torchvision's files are read, too.</summary>
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

    /// <summary>
    /// What the encoder in a file is: as the file itself says if gleaner wrote it, else as its keys and shapes say. A ResNet with torchvision's stem is taken to want 224 px and
    /// ImageNet's mean and standard deviation, as torchvision's own; one with a 3x3 stem 32 px, no pooling, and CIFAR-10's. Loads no native library.
    /// </summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what was found and what is read.</exception>
    public static ProxyOptions Describe(string path)
    {
        var file = StateDictFile.Read(path);
        return EncoderMetadata.Read(file.Metadata, path) ?? TorchvisionWeights.Recognise(file, path).Options;
    }

    /// <summary>Reads an encoder, and its head if gleaner wrote the file and that of the head lies beside it.</summary>
    /// <param name="path">
    /// A file of <see cref="Save"/>, or the state dict of a torchvision ResNet (18, 34, 50) as .safetensors or as <c>torch.save</c> writes it (.pt, .pth, .th), alone or in a
    /// checkpoint. Its fc is ignored; float16, bfloat16 and float64 become float32.
    /// </param>
    /// <param name="options">What the encoder is, for a file that does not say so itself, instead of what <see cref="Describe"/> recognises; otherwise ignored.</param>
    /// <exception cref="InvalidDataException">The file is damaged, is of something else, or the head belongs to another encoder.</exception>
    public static Proxy Load(string path, ProxyOptions? options = null)
    {
        var file = StateDictFile.Read(path);
        if (EncoderMetadata.Read(file.Metadata, path) is { } said) return Build(path, said, file, loadHead: true);
        var recognised = TorchvisionWeights.Recognise(file, path, options);
        return Build(path, recognised.Options, recognised.Weights, loadHead: false);
    }

    static Proxy Build(string path, ProxyOptions options, SafeTensors file, bool loadHead)
    {
        var encoder = new ResNet(options.Architecture, seed: 0);
        try
        {
            TensorBytes.WriteAll([.. encoder.state_dict().Select(t => (t.Key, t.Value))], file, path, options.Architecture.ToString(), ignored: "fc.");
            return new Proxy(options, encoder, loadHead ? LoadHead(HeadPath(path), options, file) : null);
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
