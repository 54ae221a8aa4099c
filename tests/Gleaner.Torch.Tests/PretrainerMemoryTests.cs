using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class PretrainerMemoryTests
{
    /// <summary>Wide enough for <see cref="WinogradConvolution"/>, whose saved tensors belong to libtorch's graph.</summary>
    [Fact]
    public void Live_tensors_are_as_many_after_thirty_steps_as_after_three()
    {
        var options = TestPool.Tiny() with { Architecture = new ResNetOptions { Depth = 10, Width = 0.5, Stem = ResNetStem.Conv3Stride1 } };
        using var proxy = Proxy.Create(options, 1);
        using var method = new SimClr(proxy);
        var images = TestPool.Images();
        using var pretrainer = new Pretrainer(images, method, new PretrainerOptions { Epochs = 30, BatchSize = images.Count });

        long[] counts = [.. pretrainer.Run().Select(_ => Tensor.TotalCount)];

        Assert.Equal(30, counts.Length);
        Assert.All(counts[2..], c => Assert.Equal(counts[2], c));
    }
}
