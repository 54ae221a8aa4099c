using Microsoft.ML.OnnxRuntime;

namespace Gleaner.Onnx;

/// <summary>An ONNX file, loaded and ready to run.</summary>
sealed class OnnxModel : IDisposable
{
    readonly RunOptions _run = new();

    OnnxModel(string path, InferenceSession session)
    {
        (Path, Session) = (path, session);
        Inputs = [.. session.InputMetadata.Select(OnnxTensor.Of)];
        Outputs = [.. session.OutputMetadata.Select(OnnxTensor.Of)];
    }

    /// <summary>Loads the file, with the weights that it keeps in files beside it.</summary>
    /// <exception cref="InvalidDataException">It is no model, or not one that runs here; the message says why.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime does not load, or lacks the provider.</exception>
    public static OnnxModel Open(string path, OnnxProvider provider)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such file; expected an ONNX model.", path);
        OnnxFile.Check(path);
        OnnxRuntime.Load();
        using var options = Options(provider);
        try
        {
            return new OnnxModel(path, new InferenceSession(path, options));
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{path}: ONNX Runtime {OnnxRuntime.Version} cannot load it: {OnnxRuntime.Reason(error)}", error);
        }
    }

    public string Path { get; }

    public InferenceSession Session { get; }

    public IReadOnlyList<OnnxTensor> Inputs { get; }

    public IReadOnlyList<OnnxTensor> Outputs { get; }

    /// <summary>Its inputs and outputs, a line each, for errors.</summary>
    public string Table
    {
        get
        {
            var rows = Inputs.Select(tensor => (Kind: "input", tensor)).Concat(Outputs.Select(tensor => (Kind: "output", tensor))).ToArray();
            int name = rows.Max(row => row.tensor.Name.Length), type = rows.Max(row => row.tensor.Type.Length);
            return string.Join('\n', rows.Select(row => $"  {row.Kind,-6}  {row.tensor.Name.PadRight(name)}  {row.tensor.Type.PadRight(type)}  {row.tensor.Shape}"));
        }
    }

    /// <summary>Runs it; dispose of what comes out.</summary>
    /// <exception cref="InvalidDataException">It cannot be run on this.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyCollection<string> inputs, IReadOnlyCollection<OrtValue> values, IReadOnlyCollection<string> outputs)
    {
        try
        {
            return Session.Run(_run, inputs, values, outputs);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{Path}: cannot be run: {OnnxRuntime.Reason(error)}\n{Table}", error);
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        Session.Dispose();
    }

    static SessionOptions Options(OnnxProvider provider)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,   // batches run side by side: see Batches
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,   // what is wrong comes as an exception
        };
        // A thread that spins at a barrier takes the processor from the decoder, and from others.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        OnnxRuntime.Use(provider, options);
        return options;
    }
}
