using System.Globalization;
using Gleaner.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gleaner.Benchmarks.Training;

/// <summary>Processor milliseconds of a convolution, forward and backward, by libtorch and by <see cref="Convolution"/>, in turns.</summary>
static class ConvolutionTimes
{
    public static void Run(int images, int size, int inputs, int outputs, int kernel, int stride)
    {
        using var layer = Conv2d(inputs, outputs, kernel, stride: stride, padding: kernel / 2, bias: false);
        layer.weight = new TorchSharp.Modules.Parameter(ChannelsLast.Of(layer.weight.detach()).DetachFromDisposeScope());
        using var x = ChannelsLast.Of(randn(images, inputs, size, size)).requires_grad_(inputs > 3);   // images need no gradient
        using var dy = ChannelsLast.Of(randn_like(layer.call(x).detach()));
        double[][] best = [[double.MaxValue, double.MaxValue], [double.MaxValue, double.MaxValue]];
        for (int round = 0; round < 50; round++)
            for (int way = 0; way < 2; way++)
            {
                using var scope = NewDisposeScope();
                (x.grad, layer.weight.grad) = (null, null);
                var t0 = Environment.CpuUsage.TotalTime;
                var y = way == 0 ? layer.call(x) : Convolution.Of(layer, x);
                var t1 = Environment.CpuUsage.TotalTime;
                y.backward([dy]);
                var t2 = Environment.CpuUsage.TotalTime;
                best[way] = [Math.Min(best[way][0], (t1 - t0).TotalMilliseconds), Math.Min(best[way][1], (t2 - t1).TotalMilliseconds)];
            }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {images} | {size} | {inputs} | {outputs} | {kernel} | {stride} | {best[0][0]:F1} + {best[0][1]:F1} | {best[1][0]:F1} + {best[1][1]:F1} | {best[0].Sum() / best[1].Sum():F2} |"));
    }
}
