using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Stochastic gradient descent with momentum μ, in the order of operations of torch.optim.SGD: v = μ v + (g + w p), p -= rate v.</summary>
sealed class Sgd(IEnumerable<TrainedParameter> parameters, OptimizerOptions options) : Optimizer(parameters, options, "v")
{
    protected override void Move(Tensor p, Tensor g, bool decays, double rate, (string Name, Tensor Value)[] moments)
    {
        var v = moments[0].Value;
        v.mul_(Options.Momentum).add_(decays ? g.add(p, alpha: Options.WeightDecay) : g);
        p.add_(v, alpha: -rate);
    }
}
