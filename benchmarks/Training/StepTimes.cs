using System.Diagnostics;
using System.Globalization;
using Gleaner.Torch;
using static TorchSharp.torch;

namespace Gleaner.Benchmarks.Training;

/// <summary>Milliseconds of one SimCLR step (forward, backward, Adam) on noise, without view making.</summary>
static class StepTimes
{
    public static void Run(int depth, double width, ResNetStem stem, int size, int batch, bool channelsLast)
    {
        using var proxy = Proxy.Create(new ProxyOptions { Architecture = new ResNetOptions { Depth = depth, Width = width, Stem = stem }, ImageSize = size }, 0);
        using var method = new SimClr(proxy);
        if (!channelsLast) PlainWeights(proxy.Encoder);
        using var adam = new TorchSharp.Modules.Adam(method.Parameters.Select(p => p.Value));
        using var views = rand(2 * batch, size, size, 3).permute(0, 3, 1, 2);
        using var x = channelsLast ? views.alias() : views.contiguous();
        var times = new List<double>();
        TimeSpan cpu = default;
        double forward = 0, backward = 0;
        for (int k = 0; k < 22; k++)
        {
            if (k == 2) cpu = Environment.CpuUsage.TotalTime;
            using var scope = NewDisposeScope();
            long t0 = Stopwatch.GetTimestamp();
            var loss = method.Loss(x);
            long t1 = Stopwatch.GetTimestamp();
            adam.zero_grad();
            loss.backward();
            long t2 = Stopwatch.GetTimestamp();
            adam.step();
            times.Add(Stopwatch.GetElapsedTime(t0).TotalMilliseconds);
            forward = Stopwatch.GetElapsedTime(t0, t1).TotalMilliseconds;
            backward = Stopwatch.GetElapsedTime(t1, t2).TotalMilliseconds;
        }
        double cpuMs = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / 20;
        times.Sort();
        double ms = times[times.Count / 2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {depth} | {width} | {stem} | {size} | {batch} | {(channelsLast ? "last" : "first")} | {get_num_threads()} | {ms:F0} | {forward:F0} | {backward:F0} | {2 * batch / ms * 1000:F0} | {cpuMs:F0} |"));
    }

    /// <summary>The order PyTorch gives new weights; a convolution is channels-last if its input or its weights are.</summary>
    static void PlainWeights(ResNet encoder)
    {
        using var scope = NewDisposeScope();
        foreach (var conv in encoder.modules().OfType<TorchSharp.Modules.Conv2d>())
            conv.weight = new TorchSharp.Modules.Parameter(conv.weight.detach().contiguous().DetachFromDisposeScope());
    }
}
