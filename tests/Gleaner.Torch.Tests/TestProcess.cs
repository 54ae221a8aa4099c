using System.Runtime.CompilerServices;

namespace Gleaner.Torch.Tests;

static class TestProcess
{
    // One thread: these tensors are too small to share.
    [ModuleInitializer]
    internal static void LoadLibTorchFirst() => LibTorch.Load(threads: 1);
}
