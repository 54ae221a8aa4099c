using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class MlpHeadTests
{
    [Theory]
    [InlineData("head.eval", false)]
    [InlineData("head.train", true)]
    public void Computes_what_PyTorch_computes(string fixture, bool train)
    {
        using var scope = NewDisposeScope();
        var head = new MlpHead(12, seed: 0, new() { Dimension = 5 });
        PyTorch.Fill(head);
        head.train(train);

        PyTorch.AssertClose(PyTorch.Numbers(fixture), head.call(PyTorch.Formula([6, 12], 1.5)));
    }

    [Fact]
    public void Has_the_layers_it_is_asked_for()
    {
        using var moco = new MlpHead(6, seed: 0, new() { Dimension = 3, HiddenNorm = false, OutputNorm = false });
        using var simsiam = new MlpHead(6, seed: 0, new() { Layers = 3, Hidden = 4, Dimension = 3 });

        Assert.Equal(["0.weight 6x6", "0.bias 6", "2.weight 3x6", "2.bias 3"], Shapes(moco));
        Assert.Equal(["0.weight 4x6", "1.weight 4", "1.bias 4", "3.weight 4x4", "4.weight 4", "4.bias 4", "6.weight 3x4"], Shapes(simsiam));
    }

    [Fact]
    public void Same_seed_gives_the_same_weights_and_biases()
    {
        using var one = new MlpHead(6, seed: 7, new() { OutputNorm = false });
        using var two = new MlpHead(6, seed: 7, new() { OutputNorm = false });

        Assert.All(one.state_dict().Keys, key => Assert.Equal(PyTorch.Bytes(one.state_dict()[key]), PyTorch.Bytes(two.state_dict()[key])));
    }

    static IEnumerable<string> Shapes(MlpHead head) =>
        head.named_parameters().Select(p => $"{p.name["projection_head.".Length..]} {string.Join('x', p.parameter.shape)}");
}
