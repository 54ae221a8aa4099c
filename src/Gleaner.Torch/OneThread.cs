using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>While it is open, libtorch computes with one thread: for the few operations whose last bits depend on the number of threads and whose time does not matter.</summary>
readonly ref struct OneThread
{
    readonly int _before = get_num_threads();

    public OneThread() => set_num_threads(1);

    public void Dispose() => set_num_threads(_before);
}
