using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>TorchSharp has no memory_format argument; the layout is made from strides.</summary>
static class ChannelsLast
{
    /// <summary>The same (B, C, H, W) numbers with the channels next to each other in memory.</summary>
    public static Tensor Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
