using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class AdamTests
{
    [Fact]
    public void Three_steps_are_those_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var p = new Parameter(PyTorch.Formula([4, 5], 3));
        using var adam = new Adam([("p", p)], weightDecay: 0.1);

        for (int k = 0; k < 3; k++)
        {
            adam.ZeroGradients();
            (sin(p) * PyTorch.Formula([4, 5], 4 + k)).sum().backward();
            adam.Step(0.05);

            PyTorch.AssertClose(PyTorch.Numbers($"adam.{k + 1}"), p, 1e-6);
        }
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        var p = new Parameter(ones(3));
        using var adam = new Adam([("p", p)], weightDecay: 0.1);

        adam.Step(1);

        Assert.Equal([1, 1, 1], PyTorch.Values(p));
    }
}
