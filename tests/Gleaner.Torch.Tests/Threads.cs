namespace Gleaner.Torch.Tests;

/// <summary>Another number of threads until disposed.</summary>
sealed class Threads : IDisposable
{
    readonly int _before = TorchSharp.torch.get_num_threads();

    public Threads(int count) => LibTorch.Load(count);

    public void Dispose() => LibTorch.Load(_before);
}
