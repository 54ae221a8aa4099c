using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData(OptimizerKind.Adam, "adam")]
    [InlineData(OptimizerKind.AdamW, "adamw")]
    [InlineData(OptimizerKind.Sgd, "sgd")]
    [InlineData(OptimizerKind.Lars, "lars")]
    public void Three_steps_are_those_of_PyTorch(OptimizerKind kind, string fixture)
    {
        using var scope = NewDisposeScope();
        var p = new Parameter(PyTorch.Formula([4, 5], 3));
        using var optimizer = Optimizer.Create([new TrainedParameter("p", p)], new OptimizerOptions { Kind = kind, WeightDecay = 0.1 });

        for (int k = 0; k < 3; k++)
        {
            optimizer.ZeroGradients();
            (sin(p) * PyTorch.Formula([4, 5], 4 + k)).sum().backward();
            optimizer.Step(0.05, 99);

            PyTorch.AssertClose(PyTorch.Numbers($"{fixture}.{k + 1}"), p, 1e-6);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Lars)]
    public void A_parameter_without_a_gradient_stays(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        var p = new Parameter(ones(3, 2));
        using var optimizer = Optimizer.Create([new TrainedParameter("p", p)], new OptimizerOptions { Kind = kind, WeightDecay = 0.1 });

        optimizer.Step(1, 1);

        Assert.All(PyTorch.Values(p), x => Assert.Equal(1, x));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Lars)]
    public void Biases_and_norms_decay_only_if_asked(OptimizerKind kind)
    {
        float[] Moved(double decay, bool all, params long[] shape)
        {
            using var scope = NewDisposeScope();
            var p = new Parameter(PyTorch.Formula(shape, 3));
            using var optimizer = Optimizer.Create([new TrainedParameter("p", p)], new OptimizerOptions { Kind = kind, WeightDecay = decay, DecayBiasesAndNorms = all });
            for (int k = 0; k < 2; k++)
            {
                optimizer.ZeroGradients();
                (p * p * PyTorch.Formula(shape, 4)).sum().backward();
                optimizer.Step(0.05, 0.05);
            }
            return PyTorch.Values(p);
        }

        Assert.Equal(Moved(0, false, 6), Moved(0.5, false, 6));
        Assert.NotEqual(Moved(0, true, 6), Moved(0.5, true, 6));
        Assert.NotEqual(Moved(0, false, 2, 3), Moved(0.5, false, 2, 3));
    }

    [Fact]
    public void A_parameter_off_the_schedule_moves_at_the_highest_rate()
    {
        using var scope = NewDisposeScope();
        Parameter a = new(zeros(2)), b = new(zeros(2));
        using var sgd = Optimizer.Create([new("a", a), new("b", b, Scheduled: false)], new OptimizerOptions { Kind = OptimizerKind.Sgd, WeightDecay = 0 });

        (a.sum() + b.sum()).backward();
        sgd.Step(0.25, 1);

        Assert.Equal([-0.25f, -0.25f], PyTorch.Values(a));
        Assert.Equal([-1f, -1f], PyTorch.Values(b));
    }

    [Fact]
    public void Wrong_settings_are_refused_with_what_was_expected()
    {
        string Refused(OptimizerOptions options) => Assert.Throws<ArgumentException>(() => Optimizer.Create([], options)).Message;

        Assert.Contains("Momentum is 1; expected a number from 0 to below 1", Refused(new() { Momentum = 1 }));
        Assert.Contains("WeightDecay is -1; expected 0 or more", Refused(new() { WeightDecay = -1 }));
        Assert.Contains("TrustCoefficient is 0; expected more than 0", Refused(new() { TrustCoefficient = 0 }));
    }
}
