using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Gleaner.Onnx;

/// <summary>The native ONNX Runtime: loaded when it is first needed, and what it can do here.</summary>
public static class OnnxRuntime
{
    static readonly (string Name, Action<SessionOptions> Append)[] Others =
    [
        ("CUDAExecutionProvider", options => options.AppendExecutionProvider_CUDA()),
        ("TensorrtExecutionProvider", options => options.AppendExecutionProvider_Tensorrt()),
        ("DmlExecutionProvider", options => options.AppendExecutionProvider_DML()),
        ("CoreMLExecutionProvider", options => options.AppendExecutionProvider_CoreML()),
        ("OpenVINOExecutionProvider", options => options.AppendExecutionProvider_OpenVINO()),
    ];

    static string? _version;

    /// <summary>Its version, as it says itself.</summary>
    /// <exception cref="DllNotFoundException">It does not load; the message says what to do.</exception>
    public static string Version => Load();

    /// <summary>What it can compute on: <c>CPUExecutionProvider</c>, and what else this build of it has.</summary>
    /// <exception cref="DllNotFoundException">It does not load.</exception>
    public static IReadOnlyList<string> Providers
    {
        get
        {
            Load();
            return OrtEnv.Instance().GetAvailableProviders();
        }
    }

    internal static string Load()
    {
        if (_version is { } known) return known;
        try
        {
            var environment = new EnvironmentCreationOptions { logId = "gleaner", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            return _version = (OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref environment)).GetVersionString();
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new DllNotFoundException($"ONNX Runtime does not load: {(error.InnerException ?? error).Message.Split('\n')[0]} Expected its library for {RuntimeInformation.RuntimeIdentifier} beside gleaner's; build or install for this platform.", error);
        }
    }

    internal static void Use(OnnxProvider provider, SessionOptions options)
    {
        if (provider == OnnxProvider.Cpu) return;
        var (name, append) = Others[(int)provider - 1];
        if (!Providers.Contains(name))
            throw new DllNotFoundException($"{name} is not in the ONNX Runtime {Version} that is here, which has {string.Join(", ", Providers)}. Put the native library of a build that has it beside gleaner's, or use the processor.");
        try
        {
            append(options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new DllNotFoundException($"{name} does not start: {Reason(error)}", error);
        }
    }

    /// <summary>What is wrong, without the code and the path of its own source file.</summary>
    internal static string Reason(OnnxRuntimeException error)
    {
        string text = error.Message.ReplaceLineEndings(" ");
        return text.StartsWith("[ErrorCode:", StringComparison.Ordinal) && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? text[(end + 1)..].Trim() : text;
    }
}
