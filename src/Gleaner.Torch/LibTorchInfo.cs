namespace Gleaner.Torch;

/// <summary>What was loaded, for <c>gleaner doctor</c> and run manifests.</summary>
/// <param name="LibTorch">Version of the native library.</param>
/// <param name="TorchSharp">Version of the binding.</param>
/// <param name="Threads">Threads of one operation.</param>
/// <param name="Folder">Where the native libraries were found.</param>
public sealed record LibTorchInfo(string LibTorch, string TorchSharp, int Threads, string Folder);
