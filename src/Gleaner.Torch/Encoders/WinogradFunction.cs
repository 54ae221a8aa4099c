using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary><see cref="WinogradConvolution"/> as libtorch's autograd calls it.</summary>
sealed unsafe class WinogradFunction : autograd.SingleTensorFunction<WinogradFunction>
{
    public override string Name => "GleanerWinograd";

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([x, w]);
        using var scope = NewDisposeScope();
        Tensor a = ChannelsLast.Rows(x), u = w.permute(1, 2, 3, 0).contiguous();   // (N, H, W, C), (C, 3, 3, K)
        var y = empty(x.shape[0], x.shape[2], x.shape[3], w.shape[0]);
        Of(x, w).Forward(ChannelsLast.Start(a), ChannelsLast.Start(u), ChannelsLast.Start(y));
        return ChannelsLast.FromRows(y).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, w) = (saved[0], saved[1]);
        Tensor a = ChannelsLast.Rows(x), u = w.permute(0, 2, 3, 1).contiguous(), dy = ChannelsLast.Rows(grad_output);
        Tensor dx = empty_like(a), dw = empty(w.shape[1], 3, 3, w.shape[0]);
        var convolution = Of(x, w);
        convolution.BackwardImages(ChannelsLast.Start(dy), ChannelsLast.Start(u), ChannelsLast.Start(dx));
        convolution.BackwardWeights(ChannelsLast.Start(a), ChannelsLast.Start(dy), ChannelsLast.Start(dw));
        return [ChannelsLast.FromRows(dx).MoveToOuterDisposeScope(), dw.permute(3, 0, 1, 2).MoveToOuterDisposeScope()];
    }

    static WinogradConvolution Of(Tensor x, Tensor w) =>
        new((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)x.shape[1], (int)w.shape[0], get_num_threads());
}
