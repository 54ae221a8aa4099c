using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class EncoderFileTests
{
    [Fact]
    public void A_proxy_comes_back_as_it_was()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny() with { TrainedBy = "SimCLR, 3 epochs", Mean = (0.1f, 0.2f, 0.3f) }, seed: 3);

        EncoderFile.Save(folder["proxy.safetensors"], proxy);
        using var loaded = EncoderFile.Load(folder["proxy.safetensors"]);

        Assert.Equal(proxy.Options, loaded.Options);
        Assert.Equal(["proxy.head.safetensors", "proxy.safetensors"], folder.Files);
        foreach (var (name, value) in proxy.Encoder.state_dict()) Assert.True(Same(value, loaded.Encoder.state_dict()[name]), name);
        foreach (var (name, value) in proxy.Head!.state_dict()) Assert.True(Same(value, loaded.Head!.state_dict()[name]), name);
    }

    [Fact]
    public void Same_proxy_gives_the_same_bytes()
    {
        using var folder = new TestFolder();
        foreach (string name in new[] { "a.safetensors", "b.safetensors" })
        {
            using var proxy = Proxy.Create(TestPool.Tiny(), seed: 3);
            EncoderFile.Save(folder[name], proxy);
        }

        Assert.Equal(File.ReadAllBytes(folder["a.safetensors"]), File.ReadAllBytes(folder["b.safetensors"]));
    }

    [Fact]
    public void Without_a_head_file_the_encoder_comes_alone()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed: 3);
        EncoderFile.Save(folder["p.safetensors"], proxy);
        File.Delete(folder["p.head.safetensors"]);

        using var loaded = EncoderFile.Load(folder["p.safetensors"]);

        Assert.Null(loaded.Head);
    }

    [Fact]
    public void Refuses_the_head_of_another_encoder()
    {
        using var folder = new TestFolder();
        using var one = Proxy.Create(TestPool.Tiny(), seed: 3);
        using var other = Proxy.Create(TestPool.Tiny(), seed: 4);
        EncoderFile.Save(folder["one.safetensors"], one);
        EncoderFile.Save(folder["other.safetensors"], other);
        File.Copy(folder["other.head.safetensors"], folder["one.head.safetensors"], overwrite: true);

        var error = Assert.Throws<InvalidDataException>(() => EncoderFile.Load(folder["one.safetensors"]));

        Assert.Contains("belongs to the encoder with hash", error.Message);
        Assert.Contains("Delete the head file", error.Message);
    }

    [Theory]
    [InlineData("layer1.0.conv1.weight", null, "has no \"layer1.0.conv1.weight\"; expected F32 [4, 4, 3, 3] for ResNet-10, width 0.0625, Conv3Stride1")]
    [InlineData("bn1.weight", "F32 5", "\"bn1.weight\" is F32 [5]; expected F32 [4]")]
    [InlineData("bn1.weight", "I32 4", "\"bn1.weight\" is I32 [4]; expected F32 [4]")]
    [InlineData("layer9.weight", "F32 4", "has \"layer9.weight\", which ResNet-10, width 0.0625, Conv3Stride1 does not have")]
    public void Says_which_key_is_wrong(string key, string? replacement, string expected)
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed: 3);
        EncoderFile.Save(folder["p.safetensors"], proxy);
        Change(folder["p.safetensors"], (tensors, _) =>
        {
            tensors.Remove(key);
            if (replacement?.Split(' ') is [var dtype, var length]) tensors[key] = new SafeTensor(key, dtype, [int.Parse(length)], new byte[4 * int.Parse(length)]);
        });

        var error = Assert.Throws<InvalidDataException>(() => EncoderFile.Load(folder["p.safetensors"]));

        Assert.Contains(expected, error.Message);
        Assert.StartsWith(folder["p.safetensors"], error.Message);
    }

    [Theory]
    [InlineData("gleaner.width", "-1")]
    [InlineData("gleaner.width", "NaN")]
    [InlineData("gleaner.architecture", "resnet19")]
    [InlineData("gleaner.architecture", "vit")]
    [InlineData("gleaner.stem", "Conv9")]
    [InlineData("gleaner.mean", "0.5 0.5")]
    [InlineData("gleaner.image_size", "99999999999")]
    public void Says_which_metadata_is_wrong(string key, string value)
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed: 3);
        EncoderFile.Save(folder["p.safetensors"], proxy);
        Change(folder["p.safetensors"], (_, metadata) => metadata[key] = value);

        Assert.Contains($"{key} is \"{value}\"", Assert.Throws<InvalidDataException>(() => EncoderFile.Load(folder["p.safetensors"])).Message);
    }

    [Fact]
    public void A_file_with_fc_and_without_our_metadata_is_what_it_is_said_to_be_or_what_its_keys_say()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), seed: 3);
        EncoderFile.Save(folder["p.safetensors"], proxy);
        Change(folder["p.safetensors"], (tensors, metadata) =>
        {
            metadata.Clear();
            tensors["fc.weight"] = new SafeTensor("fc.weight", "F32", [2], new byte[8]);
        });
        File.Delete(folder["p.head.safetensors"]);

        using var loaded = EncoderFile.Load(folder["p.safetensors"], TestPool.Tiny());

        Assert.True(Same(proxy.Encoder.state_dict()["conv1.weight"], loaded.Encoder.state_dict()["conv1.weight"]));
        Assert.Equal(TestPool.Tiny(), loaded.Options);
        using var recognised = EncoderFile.Load(folder["p.safetensors"]);
        Assert.Equal((TestPool.Tiny().Architecture, 32), (recognised.Options.Architecture, recognised.Options.ImageSize));
        Assert.Contains("3x3 stem taken as stride 1 without pooling", recognised.Options.TrainedBy);
    }

    static bool Same(Tensor a, Tensor b) => PyTorch.Bytes(a).AsSpan().SequenceEqual(PyTorch.Bytes(b));

    static void Change(string path, Action<Dictionary<string, SafeTensor>, Dictionary<string, string>> change)
    {
        var file = SafeTensorsFile.Read(path);
        var (tensors, metadata) = (file.Tensors.ToDictionary(), file.Metadata.ToDictionary());
        change(tensors, metadata);
        using var stream = File.Create(path);
        SafeTensorsFile.Write(stream, tensors.Values, metadata);
    }
}
