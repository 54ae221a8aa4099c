using System.Runtime.InteropServices;

namespace Gleaner.Torch;

/// <summary>Float32 numbers outside the managed heap, at the start of a cache line, until disposed.</summary>
sealed unsafe class NativeFloats(long count, bool clear = false) : IDisposable
{
    public float* Start { get; } = Allocate(count, clear);

    public void Dispose() => NativeMemory.AlignedFree(Start);

    static float* Allocate(long count, bool clear)
    {
        var start = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
        if (clear) NativeMemory.Clear(start, (nuint)count * sizeof(float));
        return start;
    }
}
