using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Images with the channels next to each other in memory. TorchSharp has no memory_format argument; the layout is made from strides.</summary>
static class ChannelsLast
{
    /// <summary>The same (B, C, H, W) numbers with the channels next to each other in memory.</summary>
    public static Tensor Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        return FromRows(Rows(x)).MoveToOuterDisposeScope();
    }

    /// <summary>(B, C, H, W) as (B, H, W, C), and (B, C) as it is, without gaps; a copy only where the numbers lie otherwise.</summary>
    public static Tensor Rows(Tensor x) => (x.dim() == 4 ? x.permute(0, 2, 3, 1) : x).contiguous();

    /// <summary>Back from <see cref="Rows"/>, without a copy.</summary>
    public static Tensor FromRows(Tensor rows) => rows.dim() == 4 ? rows.permute(0, 3, 1, 2) : rows;

    /// <summary>Where the float32 numbers of a tensor without gaps lie; they stay there as long as it lives.</summary>
    public static unsafe float* Start(Tensor contiguous)
    {
        using var numbers = contiguous.view(-1);
        using var first = numbers.narrow(0, 0, Math.Min(1, numbers.numel()));   // of all of them there may be more than a span holds
        fixed (byte* start = first.bytes) return (float*)start;   // native memory: it does not move
    }

    /// <summary>A new tensor and where its numbers lie.</summary>
    public static unsafe float* Start(out Tensor empty, params long[] shape) => Start(empty = TorchSharp.torch.empty(shape));

    /// <summary>Whether our own loops can take it: float32 in this machine's memory.</summary>
    public static bool IsNative(Tensor x) => x.dtype == ScalarType.Float32 && x.device_type == TorchSharp.DeviceType.CPU;
}
