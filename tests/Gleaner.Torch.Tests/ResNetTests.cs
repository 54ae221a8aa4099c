using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class ResNetTests
{
    [Theory]
    [InlineData("resnet10.31", 10, 4, ResNetStem.Conv3Stride1, 16)]
    [InlineData("resnet18.32", 18, 4, ResNetStem.Conv3Stride2, 32)]
    [InlineData("resnet18.7", 18, 4, ResNetStem.Conv7Stride2Pool, 64)]
    [InlineData("resnet50.31", 50, 2, ResNetStem.Conv3Stride1, 16)]
    public void Computes_what_torchvision_computes_in_eval_mode(string fixture, int depth, int planes, ResNetStem stem, int size)
    {
        using var scope = NewDisposeScope();
        var net = new ResNet(new ResNetOptions { Depth = depth, Width = planes / 64.0, Stem = stem }, seed: 0);
        PyTorch.Fill(net);
        net.eval();

        var y = net.call(ChannelsLast.Of(PyTorch.Formula([3, 3, size, size], 0.5)));

        Assert.Equal(net.Options.Dimension, y.shape[1]);
        PyTorch.AssertClose(PyTorch.Numbers(fixture + ".eval"), y);
    }

    [Fact]
    public void Trains_as_torchvision_does()
    {
        using var scope = NewDisposeScope();
        var net = new ResNet(new ResNetOptions { Depth = 10, Width = 4 / 64.0 }, seed: 0);
        PyTorch.Fill(net);
        net.train();

        var y = net.call(ChannelsLast.Of(PyTorch.Formula([3, 3, 16, 16], 0.5)));
        (y * PyTorch.Formula(y.shape, 2.0)).sum().backward();

        PyTorch.AssertClose(PyTorch.Numbers("resnet10.31.train"), y, 1e-4);
        PyTorch.AssertClose(PyTorch.Numbers("resnet10.31.conv1.grad"), net.get_parameter("conv1.weight")!.grad!, 1e-3);   // through twelve BNs of small batches
        PyTorch.AssertClose(PyTorch.Numbers("resnet10.31.bn1.running_var"), net.state_dict()["bn1.running_var"]);
        Assert.Equal(PyTorch.Integer("resnet10.31.bn1.num_batches_tracked"), net.state_dict()["bn1.num_batches_tracked"].item<long>());
    }

    [Theory]
    [InlineData(18)]
    [InlineData(34)]
    [InlineData(50)]
    public void Has_the_keys_and_shapes_of_torchvision(int depth)
    {
        using var scope = NewDisposeScope();
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "torchvision_keys.json")));
        var expected = json.RootElement.GetProperty($"resnet{depth}").EnumerateObject().Select(p => $"{p.Name} [{string.Join(", ", p.Value.EnumerateArray())}]");

        var net = new ResNet(new ResNetOptions { Depth = depth, Stem = ResNetStem.Conv7Stride2Pool }, seed: 0);

        Assert.Equal(expected.Order(StringComparer.Ordinal), net.state_dict().Select(t => $"{t.Key} [{string.Join(", ", t.Value.shape)}]").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Weights_follow_from_the_seed_and_lie_channels_last()
    {
        using var scope = NewDisposeScope();
        var options = new ResNetOptions { Depth = 10, Width = 0.25 };

        float[] Weights(int seed) => PyTorch.Values(new ResNet(options, seed).get_parameter("layer2.0.conv1.weight")!);
        var w = new ResNet(options, 1).get_parameter("layer2.0.conv1.weight")!;

        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
        Assert.Equal(1, w.stride(1));
        Assert.InRange(w.std().item<float>(), 0.95 * Math.Sqrt(2.0 / (32 * 9)), 1.05 * Math.Sqrt(2.0 / (32 * 9)));
    }

    [Theory]
    [InlineData(18, 224)]
    [InlineData(34, 224)]
    [InlineData(50, 224)]
    [InlineData(18, 32)]
    [InlineData(50, 75)]
    public void Costs_what_torchvisions_convolutions_cost(int depth, int imageSize)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "multiply_adds.json")));

        long expected = json.RootElement.GetProperty($"resnet{depth}").GetProperty($"{imageSize}").GetInt64();

        Assert.Equal(expected, new ResNetOptions { Depth = depth, Stem = ResNetStem.Conv7Stride2Pool }.MultiplyAdds(imageSize));
    }

    [Theory, InlineData(10, 0.25), InlineData(10, 0.5), InlineData(18, 0.125), InlineData(50, 0.125)]
    public void Costs_what_its_own_layers_cost(int depth, double width)
    {
        foreach (var stem in Enum.GetValues<ResNetStem>())
        {
            var options = new ResNetOptions { Depth = depth, Width = width, Stem = stem };
            foreach (int imageSize in new[] { 1, 17, 32 }) Assert.Equal(ByLayers(options, imageSize), options.MultiplyAdds(imageSize));
        }
    }

    [Fact]
    public void Refuses_a_depth_that_does_not_exist() =>
        Assert.Contains("10, 18, 34 or 50", Assert.Throws<ArgumentOutOfRangeException>(() => new ResNet(new ResNetOptions { Depth = 19 }, 0)).Message);

    /// Every convolution of the network as built, called with what comes before it; a number of its output costs as many products as it has weights for it.
    static long ByLayers(ResNetOptions options, int imageSize)
    {
        using var network = new ResNet(options, seed: 0);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long sum = 0;
        Tensor x = zeros(1, 3, imageSize, imageSize), blockInput = x;
        foreach (var (name, layer) in network.named_modules())
            switch (layer)
            {
                case BasicBlock or BottleneckBlock:
                    blockInput = x;
                    break;
                case MaxPool2d pool:
                    x = pool.call(x);
                    break;
                case Sequential around when name.EndsWith("downsample", StringComparison.Ordinal):
                    sum += around.call(blockInput).numel() * blockInput.shape[1];
                    break;
                case Conv2d convolution when !name.Contains("downsample", StringComparison.Ordinal):
                    x = convolution.call(x);
                    sum += x.numel() * convolution.weight[0].numel();
                    break;
            }
        Assert.Equal(options.Dimension, x.shape[1]);
        return sum;
    }
}
