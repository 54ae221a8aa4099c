using System.Runtime;

namespace Gleaner.Torch;

/// <summary>While one is open, .NET collects no garbage, unless more than <see cref="Budget"/> is allocated meanwhile.</summary>
/// <remarks>
/// TorchSharp 0.107 lets go of the Scalar that stands for a plain number (<c>x.mul_(0.9)</c>, and inside <c>x + y</c> and BN) before native code has read it. A collection at that moment
/// frees it, and the step aborts ("Unknown scalar type") or computes with whatever lies there. With collections forced from another thread every run aborted within 300 steps; by themselves they come seldom.
/// A pause costs about 0.2 to 1 ms, so it is for whole steps and blocks, not for single operations.
/// </remarks>
readonly ref struct CollectionPause
{
    /// <summary>Bytes; a step allocates some hundred kilobytes, mostly wrappers of tensors.</summary>
    public const long Budget = 64 << 20;

    static readonly Lock Gate = new();
    static int _open;
    static bool _ours;

    public CollectionPause()
    {
        lock (Gate)
        {
            // A program that pauses collections itself keeps its own pause.
            if (_open++ == 0 && (_ours = GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)) GC.TryStartNoGCRegion(Budget);
        }
    }

    /// <summary>
    /// Collects what steps left behind, unless a pause is open. Wrappers have finalizers, so they end in the oldest generation, and .NET, which does not see what they hold natively,
    /// collected that once in 2,000 steps or more: a process grew by 50 kB a step meanwhile.
    /// </summary>
    public static void CollectBetween()
    {
        lock (Gate)
        {
            if (_open > 0) return;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
        GC.WaitForPendingFinalizers();
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--_open > 0 || !_ours) return;
            _ours = false;
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        }
    }
}
