using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>SGD with momentum and a rate for each layer, so that large batches do not move any layer by more than a small share of its length.</summary>
/// <remarks>
/// You et al. 2017, algorithm 1 (arXiv:1708.03888), as SimCLR and BYOL use it: with u = g + w p, rate' = rate x trust |p| / |u|, v = μ v + rate' u, p -= v.
/// Parameters that do not decay (biases, BN) keep the plain rate, as in both papers.
/// </remarks>
sealed class Lars(IEnumerable<TrainedParameter> parameters, OptimizerOptions options) : Optimizer(parameters, options, "v")
{
    protected override void Move(Tensor p, Tensor g, bool decays, double rate, (string Name, Tensor Value)[] moments)
    {
        var v = moments[0].Value;
        var u = decays ? g.add(p, alpha: Options.WeightDecay) : g;
        if (decays)
        {
            double weight = Length.Of(p), update = Length.Of(u);
            if (weight > 0 && update > 0) rate *= Options.TrustCoefficient * weight / update;
        }
        v.mul_(Options.Momentum).add_(u, alpha: rate);
        p.sub_(v);
    }
}
