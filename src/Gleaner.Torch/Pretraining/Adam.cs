using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Adam and AdamW.</summary>
/// <remarks>
/// Kingma and Ba 2014, algorithm 1 (arXiv:1412.6980), in the order of operations of torch.optim.Adam: g += w p before the moments. AdamW (Loshchilov and
/// Hutter 2017, algorithm 2, arXiv:1711.05101), as torch.optim.AdamW: p shrinks by rate x w first.
/// </remarks>
sealed class Adam(IEnumerable<TrainedParameter> parameters, OptimizerOptions options) : Optimizer(parameters, options, "m", "v")
{
    const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    protected override void Move(Tensor p, Tensor g, bool decays, double rate, (string Name, Tensor Value)[] moments)
    {
        var (m, v) = (moments[0].Value, moments[1].Value);
        double decay = decays ? Options.WeightDecay : 0;
        if (Options.Kind == OptimizerKind.AdamW) p.mul_(1 - rate * decay);
        else g = g.add(p, alpha: decay);
        m.mul_(Beta1).add_(g, alpha: 1 - Beta1);
        v.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
        double correction1 = 1 - Math.Pow(Beta1, Steps), correction2 = 1 - Math.Pow(Beta2, Steps);
        p.addcdiv_(m, v.sqrt().div_(Math.Sqrt(correction2)).add_(Epsilon), -rate / correction1);
    }
}
