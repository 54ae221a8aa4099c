using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>The one place that loads libtorch. Call <see cref="Load"/> before anything else of this library.</summary>
public static partial class LibTorch
{
    static readonly Lock Gate = new();
    static string? _folder;

    /// <summary>Prepares the process, loads the native libraries and sets how many threads an operation uses. Later calls only set the threads.</summary>
    /// <param name="threads">1 or more; 0 means one for each processor.</param>
    /// <exception cref="DllNotFoundException">A library is missing or does not load; the message says which, why and what to do.</exception>
    public static LibTorchInfo Load(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (threads == 0) threads = Environment.ProcessorCount;
        lock (Gate) _folder ??= LoadOnce(threads);
        set_num_threads(threads);
        string binding = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3) ?? "unknown";
        return new LibTorchInfo(__version__, binding, get_num_threads(), _folder);
    }

    static string LoadOnce(int threads)
    {
        NativeProcess.Prepare(threads);
        // TorchSharp's own fallback would copy 490 MB into the output folder and then fail again: so load here first, and say why not.
        string torch = Find("torch_cpu"), binding = Find("LibTorchSharp");
        Open(torch);
        Open(binding);
        return Path.GetDirectoryName(torch)!;
    }

    internal static string Find(string library)
    {
        string file = OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
        string[] folders = [AppContext.BaseDirectory, .. ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)];
        return folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists) ?? throw new DllNotFoundException(
            $"{file} was not found; expected it in {string.Join(" or ", folders.Distinct())}. " +
            $"Install the tool again; when building it, reference the libtorch package of this platform ({RuntimeInformation.RuntimeIdentifier}).");
    }

    internal static void Open(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            string advice = e.Message.Contains("GLIBCXX", StringComparison.Ordinal)
                ? "The system's libstdc++ is older than the library expects: build with build/LibTorch.targets, which mends the copy, or use a system with GCC 13 or later."
                : e.Message.Contains("GLIBC_", StringComparison.Ordinal) ? "The system's C library is too old: expected glibc 2.28 or later (not musl)."
                : $"Expected a library for {RuntimeInformation.RuntimeIdentifier} that is complete and whose own dependencies are present.";
            throw new DllNotFoundException($"{path} was found but does not load: {FirstLine(e.Message).TrimEnd('.')}. {advice}", e);
        }
    }

    /// <summary>The loader's reason, without the runtime's general advice around it.</summary>
    static string FirstLine(string message) =>
        message.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Contains(": ", StringComparison.Ordinal) && l.Contains(".so", StringComparison.Ordinal)) ?? message.Split('\n')[0];
}
