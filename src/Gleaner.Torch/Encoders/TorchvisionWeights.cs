using System.Globalization;

namespace Gleaner.Torch;

/// <summary>
/// A ResNet in a file that does not say what it holds, recognised from the keys and shapes of its weights: torchvision's resnet18, 34 and 50 and their kin of another width,
/// alone or within a checkpoint whose names have a known prefix. Loads no native library.
/// </summary>
/// <param name="Options">What it is and what it wants to be fed.</param>
/// <param name="Weights">Its weights in float32 by torchvision's keys, without prefix and head.</param>
sealed record TorchvisionWeights(ProxyOptions Options, SafeTensors Weights)
{
    /// <summary>Where training scripts keep the encoder: DataParallel; MoCo; SimSiam; SimCLR, SwAV, VICReg and others. The teacher's copy of a pair of networks is not among them.</summary>
    static readonly string[] Prefixes = ["", "encoder_q.", "encoder.", "backbone.", "resnet.", "model.", "net.", "base_encoder.", "online_encoder.", "encoder.backbone.", "model.backbone."];

    /// <summary>What may follow the encoder; an embedding is made without it.</summary>
    static readonly string[] Heads = ["fc.", "head.", "classifier.", "projector.", "projection_head.", "predictor.", "prototypes."];

    /// <summary>torchvision.models.ResNet18_Weights, 34 and 50, transforms(): crop 224, the mean and standard deviation of ImageNet's pixels (torchvision/transforms/_presets.py, ImageClassification).</summary>
    static readonly ProxyOptions ImageNet = new() { ImageSize = 224, Mean = (0.485f, 0.456f, 0.406f), Std = (0.229f, 0.224f, 0.225f) };

    /// <summary>What networks with the stem for 32 px are usually fed: CIFAR-10 and the mean and standard deviation of its training pixels.</summary>
    static readonly ProxyOptions Cifar = new() { ImageSize = 32, Mean = (0.4914f, 0.4822f, 0.4465f), Std = (0.2470f, 0.2435f, 0.2616f) };

    const string Read = "Read are torchvision's resnet18, resnet34 and resnet50 (also resnet10 and other widths) as state dicts, and files that gleaner wrote.";

    /// <param name="file">The weights.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="known">What it is, if the caller knows; else that is recognised, too.</param>
    /// <exception cref="InvalidDataException">It is another network; the message says which keys were found.</exception>
    public static TorchvisionWeights Recognise(SafeTensors file, string path, ProxyOptions? known = null)
    {
        string outer = file.Tensors.Count > 0 && file.Tensors.Keys.All(key => key.StartsWith("module.", StringComparison.Ordinal)) ? "module." : "";
        string[] found = [.. Prefixes.Select(prefix => outer + prefix).Where(prefix => file.Tensors.ContainsKey(prefix + "conv1.weight") && file.Tensors.ContainsKey(prefix + "layer1.0.conv1.weight"))];
        if (found.Length != 1)
            throw new InvalidDataException(found.Length > 1
                ? $"{path}: has several networks, {string.Join(" and ", found.Select(prefix => $"\"{prefix}conv1.weight\""))}; expected one. Save the encoder's state dict alone."
                : $"{path}: holds {Keys(file.Tensors.Keys)}; expected the keys of a ResNet of torchvision (conv1.weight, layer1.0.conv1.weight, …). {Read} Export another network as ONNX.");
        string removed = found[0];
        var named = file.Tensors.Where(t => t.Key.StartsWith(removed, StringComparison.Ordinal)).ToDictionary(t => t.Key[removed.Length..], t => t.Value, StringComparer.Ordinal);

        var architecture = known?.Architecture ?? Architecture(named, path);
        var weights = Select(named, architecture, path);
        var options = known ?? (architecture.Stem == ResNetStem.Conv7Stride2Pool ? ImageNet : Cifar) with { Architecture = architecture, TrainedBy = Told(architecture, file.Metadata, removed) };
        return new TorchvisionWeights(options, new SafeTensors(weights, new Dictionary<string, string>()));
    }

    static ResNetOptions Architecture(Dictionary<string, SafeTensor> named, string path)
    {
        if (named["conv1.weight"].Shape is not [>= 1 and <= 4096 and var planes, 3, var height, var width] || height != width || height is not (3 or 7))
            throw new InvalidDataException($"{path}: \"conv1.weight\" is [{string.Join(", ", named["conv1.weight"].Shape)}]; expected [channels, 3, 7, 7], torchvision's stem, or [channels, 3, 3, 3], the one for 32 px. {Read}");

        bool bottleneck = named.ContainsKey("layer1.0.conv3.weight");
        int[] blocks = [.. Enumerable.Range(1, 4).Select(stage => Enumerable.Range(0, named.Count).TakeWhile(block => named.ContainsKey($"layer{stage}.{block}.conv1.weight")).Count())];
        int? depth = (bottleneck, blocks) switch
        {
            (false, [1, 1, 1, 1]) => 10,
            (false, [2, 2, 2, 2]) => 18,
            (false, [3, 4, 6, 3]) => 34,
            (true, [3, 4, 6, 3]) => 50,
            _ => null,
        };
        if (depth is null)
            throw new InvalidDataException($"{path}: a ResNet with {string.Join(", ", blocks)} {(bottleneck ? "bottlenecks" : "basic blocks")} in its stages"
                + (blocks is [_, _, > 0, 0] ? ", three, as for CIFAR (ResNet-20, 56, …)" : "") + $"; expected 2, 2, 2, 2 or 3, 4, 6, 3. {Read} Export another network as ONNX.");
        // A 3x3 stem's stride and pooling have no weights to tell them by, so the usual ones for 32 px are taken, and Told says so.
        return new ResNetOptions { Depth = depth.Value, Width = planes / 64.0, Stem = height == 7 ? ResNetStem.Conv7Stride2Pool : ResNetStem.Conv3Stride1 };
    }

    static Dictionary<string, SafeTensor> Select(Dictionary<string, SafeTensor> named, ResNetOptions architecture, string path)
    {
        var selected = new Dictionary<string, SafeTensor>(StringComparer.Ordinal);
        foreach (var (key, shape) in ResNetKeys.Of(architecture))
        {
            bool count = key.EndsWith(ResNetKeys.Tracked, StringComparison.Ordinal);
            if (!named.TryGetValue(key, out var tensor))
                tensor = count ? new SafeTensor(key, "I64", [], new byte[sizeof(long)]) : throw new InvalidDataException($"{path}: has no \"{key}\"; expected {Text("F32", shape)} for {architecture}. It is a file of something else, or incomplete. {Read}");
            bool number = count ? tensor.Dtype == "I64" : FloatFormat.FromSafeTensors(tensor.Dtype) is not null;
            if (!number || !tensor.Shape.AsSpan().SequenceEqual(shape))
                throw new InvalidDataException($"{path}: \"{key}\" is {Text(tensor.Dtype, tensor.Shape)}; expected {Text(count ? "I64" : "F32", shape)} for {architecture}. Wide and grouped ResNets (ResNeXt) are not read. {Read}");
            selected.Add(key, count ? tensor : InSingle(tensor));
        }
        if (named.Keys.Where(key => !selected.ContainsKey(key) && !Heads.Any(head => key.StartsWith(head, StringComparison.Ordinal))).Order(StringComparer.Ordinal).FirstOrDefault() is { } extra)
            throw new InvalidDataException($"{path}: has \"{extra}\", which {architecture} does not have. It is a file of something else. {Read}");
        return selected;
    }

    static SafeTensor InSingle(SafeTensor tensor) =>
        tensor.Dtype == "F32" ? tensor : tensor with { Dtype = "F32", Data = FloatFormat.FromSafeTensors(tensor.Dtype)!.Value.InSingle(tensor.Data.Span) };

    // For people and manifests: what was assumed, since the file does not say.
    static string Told(ResNetOptions architecture, IReadOnlyDictionary<string, string> metadata, string prefix)
    {
        string all = metadata.GetValueOrDefault(StateDictFile.PrefixKey, "") + prefix;
        var told = new List<string> { string.Create(CultureInfo.InvariantCulture, $"the file does not say; ResNet-{architecture.Depth} by its keys") };
        if (metadata.TryGetValue(StateDictFile.EntryKey, out string? entry)) told.Add($"entry {entry}");
        if (all.Length > 0) told.Add($"prefix {all} removed");
        told.Add(architecture.Stem == ResNetStem.Conv7Stride2Pool ? "ImageNet's mean and standard deviation" : "3x3 stem taken as stride 1 without pooling, CIFAR-10's mean and standard deviation");
        return string.Join(", ", told);
    }

    static string Keys(IEnumerable<string> keys)
    {
        string[] shown = [.. keys.Order(StringComparer.Ordinal).Take(4)];
        return shown.Length == 0 ? "no tensor" : $"{string.Join(", ", shown.Select(key => $"\"{(key.Length > 60 ? key[..60] + "…" : key)}\""))}, …";
    }

    static string Text(string dtype, long[] shape) => $"{dtype} [{string.Join(", ", shape)}]";
}
