using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Batch normalization, the sum with the way around a block, and ReLU, in two passes over memory forward and two backward; the same bytes at every number of threads, which libtorch's are not.</summary>
/// <remarks>Ioffe and Szegedy 2015 (arXiv:1502.03167), algorithm 1. The batch is normalised by its variance with 1/n, the running variance is kept with 1/(n - 1), as in PyTorch.</remarks>
sealed unsafe class BatchNormalization : autograd.SingleTensorFunction<BatchNormalization>
{
    public override string Name => "GleanerBatchNormalization";

    /// <summary>The layer's output of (B, C, H, W) or (B, C), channels-last, plus <paramref name="residual"/>, rectified if <paramref name="relu"/>; in training by the batch's statistics, and the running ones are kept up to date, else by the running ones.</summary>
    public static Tensor Of(BatchNorm layer, Tensor x, Tensor? residual = null, bool relu = false)
    {
        using var scope = NewDisposeScope();
        bool training = layer.training || layer.running_mean is null;
        if (!ChannelsLast.IsNative(x) || x.dim() is not (2 or 4) || training && x.numel() == x.shape[1])
        {
            var y = layer.call(x);
            if (residual is not null) y = y.add_(residual);
            return (relu ? y.relu_() : y).MoveToOuterDisposeScope();
        }
        Tensor weight = layer.weight ?? ones(x.shape[1]), bias = layer.bias ?? zeros(x.shape[1]), statistics = training ? OfBatch(layer, x) : OfRun(layer);
        object[] arguments = residual is null ? [x, weight, bias, statistics, training, relu] : [x, weight, bias, statistics, training, relu, residual];
        return apply(arguments).MoveToOuterDisposeScope();
    }

    // (2, C): the batch's means, and 1 / sqrt(variance + eps).
    static Tensor OfBatch(BatchNorm layer, Tensor x)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        int channels = (int)x.shape[1];
        double[] mean = new double[channels], squares = new double[channels];
        var rows = Rows(x, out long n);
        new ChannelRows(n, channels, get_num_threads()).Moments(ChannelsLast.Start(rows), mean, squares);
        float* into = ChannelsLast.Start(out var statistics, 2, channels);
        for (int c = 0; c < channels; c++) (into[c], into[channels + c]) = ((float)mean[c], (float)(1 / Math.Sqrt(squares[c] / n + layer.eps)));
        if (layer is { running_mean: { } runningMean, running_var: { } runningVariance, num_batches_tracked: { } batches })
        {
            float* means = ChannelsLast.Start(runningMean), variances = ChannelsLast.Start(runningVariance);
            batches.add_(1);
            double share = layer.momentum ?? 1.0 / batches.item<long>();
            for (int c = 0; c < channels; c++)
            {
                means[c] = (float)(means[c] + share * (mean[c] - means[c]));
                variances[c] = (float)(variances[c] + share * (squares[c] / (n - 1) - variances[c]));
            }
        }
        return statistics.MoveToOuterDisposeScope();
    }

    static Tensor OfRun(BatchNorm layer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return stack([layer.running_mean!, (layer.running_var! + layer.eps).rsqrt()]).MoveToOuterDisposeScope();
    }

    /// vars: x, weight, bias, statistics, whether they are the batch's, whether to rectify, and the residual if there is one.
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        Tensor x = (Tensor)vars[0], rows = Rows(x, out long n), y = empty_like(rows);
        bool relu = (bool)vars[5], residual = vars.Length > 6;
        int channels = (int)x.shape[1];
        float* weight = ChannelsLast.Start((Tensor)vars[1]), bias = ChannelsLast.Start((Tensor)vars[2]), mean = ChannelsLast.Start((Tensor)vars[3]), inverse = mean + channels;
        using NativeFloats scale = new(channels), shift = new(channels);
        for (int c = 0; c < channels; c++)
        {
            scale.Start[c] = weight[c] * inverse[c];
            shift.Start[c] = bias[c] - mean[c] * scale.Start[c];
        }
        new ChannelRows(n, channels, get_num_threads()).Normalize(ChannelsLast.Start(rows), scale.Start, shift.Start, residual ? ChannelsLast.Start(Rows((Tensor)vars[6], out _)) : null, relu, ChannelsLast.Start(y));
        var output = ChannelsLast.FromRows(y).MoveToOuterDisposeScope();
        ctx.save_for_backward(relu ? [x, (Tensor)vars[1], (Tensor)vars[3], output] : [x, (Tensor)vars[1], (Tensor)vars[3]]);
        ctx.save_data("batch", vars[4]);
        ctx.save_data("residual", residual);
        return output;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor x = saved[0], rows = Rows(x, out long n), dy = Rows(grad_output, out _), dx = empty_like(rows);
        Tensor? y = saved.Count > 3 ? Rows(saved[3], out _) : null, g = ctx.get_data("residual") is true ? empty_like(rows) : null;
        int channels = (int)x.shape[1];
        float* weight = ChannelsLast.Start(saved[1]), mean = ChannelsLast.Start(saved[2]), inverse = mean + channels;
        float* output = y is null ? null : ChannelsLast.Start(y);

        double[] sum = new double[channels], product = new double[channels];
        bool batch = ctx.get_data("batch") is true;
        var passes = new ChannelRows(n, channels, get_num_threads());
        passes.GradientSums(ChannelsLast.Start(dy), output, ChannelsLast.Start(rows), mean, sum, product);
        float* dweight = ChannelsLast.Start(out var dw, channels), dbias = ChannelsLast.Start(out var db, channels);
        using NativeFloats scale = new(channels), slope = new(channels), shift = new(channels);
        for (int c = 0; c < channels; c++)
        {
            double deviation = inverse[c], a = weight[c] * deviation;
            (dweight[c], dbias[c]) = ((float)(product[c] * deviation), (float)sum[c]);
            scale.Start[c] = (float)a;
            slope.Start[c] = batch ? (float)(-a * deviation * deviation * product[c] / n) : 0;   // the batch's variance and mean depend on x, too
            shift.Start[c] = batch ? (float)(-a * sum[c] / n) : 0;
        }
        passes.Gradients(ChannelsLast.Start(dy), output, ChannelsLast.Start(rows), mean, scale.Start, slope.Start, shift.Start, ChannelsLast.Start(dx), g is null ? null : ChannelsLast.Start(g));

        // One for each argument of apply: TorchSharp wants null where it is no tensor, and for the statistics there is nothing to learn.
        List<Tensor> gradients = [ChannelsLast.FromRows(dx).MoveToOuterDisposeScope(), dw.MoveToOuterDisposeScope(), db.MoveToOuterDisposeScope(), null!, null!, null!];
        if (g is not null) gradients.Add(ChannelsLast.FromRows(g).MoveToOuterDisposeScope());
        return gradients;
    }

    static Tensor Rows(Tensor x, out long count)
    {
        count = x.numel() / x.shape[1];
        return ChannelsLast.Rows(x);
    }
}
