using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>First weights, from a seed and not from libtorch's global generator, so that the same seed gives the same bytes.</summary>
static class Initialization
{
    /// <summary>Convolutions: normal with standard deviation sqrt(2 / (outputs x kernel area)) (He et al. 2015, fan_out), then laid out channels-last. BN keeps 1 and 0.</summary>
    public static void ConvolutionsForRelu(nn.Module module, int seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var conv in module.modules().OfType<Conv2d>())
        {
            var shape = conv.weight.shape;                                    // (O, I, kh, kw)
            var w = randn(shape, generator: generator).mul_(Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3])));
            conv.weight = new Parameter(ChannelsLast.Of(w).DetachFromDisposeScope());
        }
    }

    /// <summary>Linear layers: weights and biases uniform in +- 1 / sqrt(inputs), PyTorch's default.</summary>
    public static void Linears(nn.Module module, int seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var linear in module.modules().Prepend(module).OfType<Linear>())   // modules() leaves the root out
        {
            double bound = 1 / Math.Sqrt(linear.weight!.shape[1]);            // (O, I)
            linear.weight.copy_(rand(linear.weight.shape, generator: generator).mul_(2 * bound).sub_(bound));
            linear.bias?.copy_(rand(linear.bias.shape, generator: generator).mul_(2 * bound).sub_(bound));
        }
    }
}
