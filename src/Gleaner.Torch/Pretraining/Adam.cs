using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Adam with L2 weight decay, whose whole state can be read and set, which TorchSharp's cannot; that makes a resumed run the same run.</summary>
/// <remarks>Kingma and Ba 2014, algorithm 1 (arXiv:1412.6980), in the order of operations of torch.optim.Adam: g += w p before the moments.</remarks>
sealed class Adam : IDisposable
{
    const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    readonly (string Name, Parameter Value, Tensor M, Tensor V)[] _parameters;
    readonly double _weightDecay;

    public Adam(IEnumerable<(string Name, Parameter Value)> parameters, double weightDecay)
    {
        using var scope = NewDisposeScope();
        _weightDecay = weightDecay;
        _parameters = [.. parameters.Select(p => (p.Name, p.Value, zeros_like(p.Value).DetachFromDisposeScope(), zeros_like(p.Value).DetachFromDisposeScope()))];
    }

    /// <summary>t, how many steps were made.</summary>
    public int Steps { get; set; }

    /// <summary>The moments under the names of their parameters.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _parameters.SelectMany(p => new[] { ("adam.m." + p.Name, p.M), ("adam.v." + p.Name, p.V) });

    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var p in _parameters) p.Value.grad = null;
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step(double learningRate)
    {
        Steps++;
        double correction1 = 1 - Math.Pow(Beta1, Steps), correction2 = 1 - Math.Pow(Beta2, Steps);
        using var _ = no_grad();
        foreach (var (_, p, m, v) in _parameters)
        {
            using var scope = NewDisposeScope();
            if (p.grad is not { } g) continue;
            g = g.add(p, alpha: _weightDecay);
            m.mul_(Beta1).add_(g, alpha: 1 - Beta1);
            v.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
            p.addcdiv_(m, v.sqrt().div_(Math.Sqrt(correction2)).add_(Epsilon), -learningRate / correction1);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, m, v) in _parameters)
        {
            m.Dispose();
            v.Dispose();
        }
    }
}
