using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>One buffer of images that is filled from managed code and seen by libtorch without a copy: (B, H, W, 3) in memory, (B, 3, H, W) in shape.</summary>
sealed class ViewBatch : IDisposable
{
    readonly Tensor _memory;

    public ViewBatch(int count, int size)
    {
        using var scope = NewDisposeScope();
        _memory = zeros(count, size, size, 3).DetachFromDisposeScope();
        Images = _memory.permute(0, 3, 1, 2).DetachFromDisposeScope();
        ViewLength = size * size * 3;
    }

    /// <summary>(B, 3, H, W), channels-last.</summary>
    public Tensor Images { get; }

    public int ViewLength { get; }

    /// <summary>The pixels of <paramref name="count"/> images from <paramref name="start"/> on, to be written.</summary>
    public Span<float> Pixels(int start, int count) =>
        MemoryMarshal.Cast<byte, float>(_memory.bytes).Slice(start * ViewLength, count * ViewLength);

    public void Dispose()
    {
        Images.Dispose();
        _memory.Dispose();
    }
}
