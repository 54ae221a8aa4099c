using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>A layer's convolution: 1x1 as a product of matrices, 3x3 by <see cref="WinogradConvolution"/> where it suits the shape and the processor, else libtorch's.</summary>
/// <remarks>
/// 1x1 is never left to oneDNN, which libtorch 2.10 takes. With a stride and fewer than 16 channels its gradient of the weights writes past its workspace (uxlfoundation/oneDNN#6035). And where the processor
/// does not tell the sizes of its caches, as in some virtual machines, outputs of 512 channels are half wrong, or the process ends in a division by zero (est_eff_1x1).
/// </remarks>
sealed unsafe class Convolution : autograd.SingleTensorFunction<Convolution>
{
    public override string Name => "GleanerWinograd";

    /// <summary>The layer's output, channels-last; the layer must have no bias.</summary>
    public static Tensor Of(Conv2d layer, Tensor x)
    {
        var (w, size) = (layer.weight, x.shape);
        if (w.shape is [_, _, 1, 1] && size.Length == 4) return OneByOne(x, w, layer.stride is [var stride, ..] ? stride : 1);
        bool suits = w.shape is [var k, var c, 3, 3] && size.Length == 4 && layer.stride is [1, 1] or [1] && layer.padding is [1, 1] or [1] && x.dtype == ScalarType.Float32 && x.device_type == TorchSharp.DeviceType.CPU
            && WinogradConvolution.Suits(size[2], size[3], c, k);
        return suits ? apply(x, w) : layer.call(x);
    }

    // The pixels that the stride leaves, (N, H, W, C), times (K, C) transposed.
    static Tensor OneByOne(Tensor x, Tensor w, long stride)
    {
        using var scope = NewDisposeScope();
        if (stride > 1) x = x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride);
        return nn.functional.linear(x.permute(0, 2, 3, 1), w.reshape(w.shape[0], w.shape[1])).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([x, w]);
        using var scope = NewDisposeScope();
        Tensor a = x.permute(0, 2, 3, 1).contiguous(), u = w.permute(1, 2, 3, 0).contiguous();   // (N, H, W, C), (C, 3, 3, K)
        var y = empty(x.shape[0], x.shape[2], x.shape[3], w.shape[0]);
        Of(x, w).Forward(Start(a), Start(u), Start(y));
        return y.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, w) = (saved[0], saved[1]);
        Tensor a = x.permute(0, 2, 3, 1).contiguous(), u = w.permute(0, 2, 3, 1).contiguous(), dy = grad_output.permute(0, 2, 3, 1).contiguous();
        Tensor dx = empty_like(a), dw = empty(w.shape[1], 3, 3, w.shape[0]);
        var convolution = Of(x, w);
        convolution.BackwardImages(Start(dy), Start(u), Start(dx));
        convolution.BackwardWeights(Start(a), Start(dy), Start(dw));
        return [dx.permute(0, 3, 1, 2).MoveToOuterDisposeScope(), dw.permute(3, 0, 1, 2).MoveToOuterDisposeScope()];
    }

    static WinogradConvolution Of(Tensor x, Tensor w) =>
        new((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)x.shape[1], (int)w.shape[0], get_num_threads());

    static float* Start(Tensor contiguous)
    {
        fixed (byte* start = contiguous.bytes) return (float*)start;   // native memory: it does not move
    }
}
