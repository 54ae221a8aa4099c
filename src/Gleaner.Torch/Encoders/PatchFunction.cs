using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary><see cref="PatchConvolution"/> as libtorch's autograd calls it: images (N, C, H, W) with weights (K, C, kernel height, kernel width), or rows (N, C) with rows (K, C).</summary>
sealed unsafe class PatchFunction : autograd.SingleTensorFunction<PatchFunction>
{
    public override string Name => "GleanerPatches";

    /// vars: images, weights, stride, padding.
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([x, w]);
        ctx.save_data("stride", vars[2]);
        ctx.save_data("padding", vars[3]);
        using var scope = NewDisposeScope();
        Tensor a = ChannelsLast.Rows(x), u = (w.dim() == 2 ? w.t() : w.permute(2, 3, 1, 0)).contiguous();
        var convolution = Of(a, w, (int)vars[2], (int)vars[3]);
        float* y = ChannelsLast.Start(out var output, w.dim() == 2 ? [x.shape[0], w.shape[0]] : convolution.OutputShape);
        convolution.Forward(ChannelsLast.Start(a), ChannelsLast.Start(u), y);
        return ChannelsLast.FromRows(output).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, w) = (saved[0], saved[1]);
        Tensor a = ChannelsLast.Rows(x), dy = ChannelsLast.Rows(grad_output);
        var convolution = Of(a, w, (int)ctx.get_data("stride"), (int)ctx.get_data("padding"));
        List<Tensor> gradients = [null!, null!, null!, null!];   // TorchSharp wants one for each argument
        if (x.requires_grad)
        {
            Tensor u = (w.dim() == 2 ? w : w.permute(2, 3, 0, 1)).contiguous();
            float* dx = ChannelsLast.Start(out var images, a.shape);
            convolution.BackwardImages(ChannelsLast.Start(dy), ChannelsLast.Start(u), dx);
            gradients[0] = ChannelsLast.FromRows(images).MoveToOuterDisposeScope();
        }
        if (w.requires_grad)
        {
            float* dw = ChannelsLast.Start(out var weights, w.dim() == 2 ? [w.shape[1], w.shape[0]] : [w.shape[2], w.shape[3], w.shape[1], w.shape[0]]);
            convolution.BackwardWeights(ChannelsLast.Start(a), ChannelsLast.Start(dy), dw);
            gradients[1] = (w.dim() == 2 ? weights.t() : weights.permute(3, 2, 0, 1)).MoveToOuterDisposeScope();
        }
        return gradients;
    }

    static PatchConvolution Of(Tensor rows, Tensor w, int stride, int padding) => w.dim() == 2
        ? new([rows.shape[0], 1, 1, rows.shape[1]], [w.shape[0], w.shape[1], 1, 1], 1, 0, get_num_threads())
        : new(rows.shape, w.shape, stride, padding, get_num_threads());
}
