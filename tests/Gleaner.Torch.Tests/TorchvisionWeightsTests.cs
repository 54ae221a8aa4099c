using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gleaner.Torch.Tests;

/// Recognising a ResNet from keys and shapes alone. That what is recognised also computes the same, TorchvisionTests shows.
public sealed class TorchvisionWeightsTests
{
    [Theory, InlineData(18), InlineData(34), InlineData(50)]
    public void The_keys_and_shapes_are_those_of_torchvision(int depth)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "torchvision_keys.json")));
        var expected = json.RootElement.GetProperty($"resnet{depth}").EnumerateObject().Select(p => $"{p.Name} [{string.Join(", ", p.Value.EnumerateArray())}]");

        var found = ResNetKeys.Of(new ResNetOptions { Depth = depth, Stem = ResNetStem.Conv7Stride2Pool }).Select(k => $"{k.Key} [{string.Join(", ", k.Shape)}]");

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(10, 0.25, ResNetStem.Conv7Stride2Pool)]
    [InlineData(18, 1, ResNetStem.Conv7Stride2Pool)]
    [InlineData(18, 0.125, ResNetStem.Conv3Stride1)]
    [InlineData(34, 0.140625, ResNetStem.Conv7Stride2Pool)]
    [InlineData(50, 0.0625, ResNetStem.Conv3Stride1)]
    public void Depth_width_and_stem_are_recognised(int depth, double width, ResNetStem stem)
    {
        var options = new ResNetOptions { Depth = depth, Width = width, Stem = stem };

        var found = TorchvisionWeights.Recognise(Of(Weights(options)), "net.pth");

        Assert.Equal(options, found.Options.Architecture);
        Assert.Equal(stem == ResNetStem.Conv7Stride2Pool ? (224, (0.485f, 0.456f, 0.406f), (0.229f, 0.224f, 0.225f)) : (32, (0.4914f, 0.4822f, 0.4465f), (0.2470f, 0.2435f, 0.2616f)),
            (found.Options.ImageSize, found.Options.Mean, found.Options.Std));
        Assert.Contains($"the file does not say; ResNet-{depth} by its keys", found.Options.TrainedBy);
    }

    [Theory]
    [InlineData("module.", "module.")]
    [InlineData("module.encoder_q.", "module.encoder_q.")]
    [InlineData("backbone.", "backbone.")]
    [InlineData("encoder.", "encoder.")]
    public void A_known_prefix_is_removed_and_said(string prefix, string said)
    {
        var weights = Weights(Small);
        var file = weights.Select(t => t with { Name = prefix + t.Name }).Append(Tensor(prefix.Replace("encoder_q", "encoder_k", StringComparison.Ordinal) + "fc.0.weight", [2, 2]));
        if (prefix != "module.") file = file.Append(Tensor(prefix.Split('.')[0] == "module" ? "module.queue" : "queue", [3, 3]));

        var found = TorchvisionWeights.Recognise(Of(file), "net.pth");

        Assert.Equal(Small, found.Options.Architecture);
        Assert.Contains($"prefix {said} removed", found.Options.TrainedBy);
        Assert.Equal(weights.Select(t => t.Name).Order(StringComparer.Ordinal), found.Weights.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("F16"), InlineData("BF16"), InlineData("F64")]
    public void Other_floating_point_numbers_become_single(string dtype)
    {
        float[] values = [.. Enumerable.Range(0, 4).Select(i => i / 4f - 0.5f)];     // exact in all of them
        byte[] bytes = dtype switch
        {
            "F16" => MemoryMarshal.AsBytes<Half>([.. values.Select(v => (Half)v)]).ToArray(),
            "BF16" => MemoryMarshal.AsBytes<ushort>([.. values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))]).ToArray(),
            _ => MemoryMarshal.AsBytes<double>([.. values.Select(v => (double)v)]).ToArray(),
        };
        var weights = Weights(Small).Select(t => t.Name == "bn1.bias" ? new SafeTensor(t.Name, dtype, [4], bytes) : t);

        var found = TorchvisionWeights.Recognise(Of(weights), "net.pth").Weights.Tensors["bn1.bias"];

        Assert.Equal("F32", found.Dtype);
        Assert.Equal(values, MemoryMarshal.Cast<byte, float>(found.Data.Span).ToArray());
    }

    [Fact]
    public void Counts_of_batches_may_be_missing_as_before_PyTorch_0_4_1()
    {
        var found = TorchvisionWeights.Recognise(Of(Weights(Small).Where(t => !t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))), "net.pth");

        Assert.Equal(ResNetKeys.Of(Small).Count(), found.Weights.Tensors.Count);
        Assert.Equal(8, found.Weights.Tensors["bn1.num_batches_tracked"].Data.Length);
    }

    [Fact]
    public void What_is_no_ResNet_of_torchvision_is_refused_with_the_keys_that_were_found()
    {
        Refused("holds \"blocks.0.attn.qkv.weight\", \"cls_token\", …; expected the keys of a ResNet of torchvision", Tensor("cls_token", [1, 1, 4]), Tensor("blocks.0.attn.qkv.weight", [4, 4]));
        Refused("holds no tensor");
        Refused("a ResNet with 9, 9, 9, 0 basic blocks in its stages, three, as for CIFAR (ResNet-20, 56, …); expected 2, 2, 2, 2 or 3, 4, 6, 3.", Cifar(9));
        Refused("Export another network as ONNX.", Cifar(3));
        Refused("a ResNet with 3, 4, 23, 3 bottlenecks", [Tensor("conv1.weight", [64, 3, 7, 7]), Tensor("layer1.0.conv3.weight", [1]), .. Blocks(3, 4, 23, 3)]);
        Refused("\"conv1.weight\" is [64, 1, 7, 7]; expected [channels, 3, 7, 7]", [.. Weights(Small).Where(t => t.Name != "conv1.weight"), Tensor("conv1.weight", [64, 1, 7, 7])]);
        Refused("has no \"layer3.0.bn2.bias\"; expected F32 [16] for ResNet-10", [.. Weights(Small).Where(t => t.Name != "layer3.0.bn2.bias")]);
        Refused("\"layer3.0.bn2.bias\" is I32 [16]; expected F32 [16]", [.. Weights(Small).Select(t => t.Name == "layer3.0.bn2.bias" ? t with { Dtype = "I32" } : t)]);
        Refused("\"layer1.0.conv1.weight\" is F32 [8, 4, 1, 1]; expected F32 [4, 4, 1, 1] for ResNet-50, width 0.0625", [.. Weights(Small with { Depth = 50 }).Select(t => t.Name == "layer1.0.conv1.weight" ? Tensor(t.Name, [8, 4, 1, 1]) : t)]);
        Refused("has \"layer1.0.se.fc1.weight\", which ResNet-10", [.. Weights(Small), Tensor("layer1.0.se.fc1.weight", [4])]);
        Refused("has several networks, \"conv1.weight\" and \"backbone.conv1.weight\"; expected one", [.. Weights(Small), .. Weights(Small).Select(t => t with { Name = "backbone." + t.Name })]);
    }

    static readonly ResNetOptions Small = new() { Depth = 10, Width = 4 / 64.0, Stem = ResNetStem.Conv7Stride2Pool };

    static void Refused(string says, params SafeTensor[] tensors)
    {
        string message = Assert.Throws<InvalidDataException>(() => TorchvisionWeights.Recognise(Of(tensors), "net.pth")).Message;
        Assert.StartsWith("net.pth: ", message);
        Assert.Contains(says, message);
    }

    static SafeTensor[] Cifar(int blocks) => [Tensor("conv1.weight", [16, 3, 3, 3]), .. Blocks(blocks, blocks, blocks)];

    static IEnumerable<SafeTensor> Blocks(params int[] blocks) =>
        blocks.SelectMany((count, stage) => Enumerable.Range(0, count).Select(block => Tensor($"layer{stage + 1}.{block}.conv1.weight", [1])));

    static SafeTensor[] Weights(ResNetOptions options) =>
        [.. ResNetKeys.Of(options).Select(k => k.Key.EndsWith(ResNetKeys.Tracked, StringComparison.Ordinal) ? new SafeTensor(k.Key, "I64", [], new byte[8]) : Tensor(k.Key, k.Shape))];

    static SafeTensor Tensor(string name, long[] shape) => new(name, "F32", shape, new byte[4 * shape.Aggregate(1L, (n, axis) => n * axis)]);

    static SafeTensors Of(IEnumerable<SafeTensor> tensors) => new(tensors.ToDictionary(t => t.Name), new Dictionary<string, string>());
}
