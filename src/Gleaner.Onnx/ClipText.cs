using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>The text half of a CLIP model in an ONNX file: a row of numbers for each sentence, in the space of the image half. One thread at a time may use it.</summary>
public sealed class ClipText : IDisposable
{
    const int UsualLength = 77;   // tokens that CLIP was trained with
    const int BatchSize = 32;
    const string Ids = "input_ids", Mask = "attention_mask";

    // As Hugging Face's exporters and OpenCLIP's users name it. The pooler_output of a model without its projection is not in the space of the images.
    static readonly string[] Known = ["text_embeds", "text_embeddings", "text_features", "embeddings", "embedding", "sentence_embedding"];

    readonly OnnxModel _model;
    readonly OnnxTensor _ids, _output;
    readonly OnnxTensor? _mask;
    readonly int _batch, _threads;
    readonly OutputRows _rows;

    ClipText(OnnxModel model, ClipTokenizer tokenizer, int threads)
    {
        (_model, Tokenizer, _threads) = (model, tokenizer, threads);
        (_ids, _mask) = FindInputs(model);
        _output = FindOutput(model);
        if (_ids.Dimensions[1] is >= 0 and < 3) throw new InvalidDataException($"{model.Path}: reads {_ids.Dimensions[1]} tokens; expected some, as a rule {UsualLength}.\n{model.Table}");
        Length = _ids.Dimensions[1] > 0 ? _ids.Dimensions[1] : UsualLength;
        _batch = _ids.Dimensions[0] > 0 ? _ids.Dimensions[0] : BatchSize;
        _rows = TryOut();
    }

    /// <summary>Loads a model and its tokenizer (null for the one beside it), and runs it once.</summary>
    /// <exception cref="InvalidDataException">A file cannot be used, or the two do not belong together; the message shows the model's inputs and outputs.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime does not load.</exception>
    public static ClipText Open(string path, ClipTokenizer? tokenizer = null, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var model = OnnxModel.Open(path, OnnxProvider.Cpu);
        try
        {
            return new ClipText(model, tokenizer ?? ClipTokenizer.Beside(path), threads == 0 ? Environment.ProcessorCount : threads);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Changes with every byte of a model, weights in other files included; does not load it.</summary>
    public static string HashOf(string path) => OnnxFile.Hash(path);

    /// <summary>Numbers in a row.</summary>
    public int Dimension => _rows.Dimension;

    /// <summary>Tokens that it reads, those for start and end included.</summary>
    public int Length { get; }

    /// <summary>How sentences become numbers.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>The file of the model.</summary>
    public string Path => _model.Path;

    /// <summary>Embeds sentences. What is behind <see cref="Length"/> tokens is not read.</summary>
    /// <returns>n x <see cref="Dimension"/> numbers, row by row, at the length that they have.</returns>
    public float[] Embed(IReadOnlyList<string> sentences, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var rows = new float[checked(sentences.Count * Dimension)];
        Batches.Each((sentences.Count + _batch - 1) / _batch, _threads, cancel, at =>
        {
            int from = at * _batch, count = Math.Min(_batch, sentences.Count - from);
            using var outputs = Run([.. Enumerable.Range(from, count).Select(i => Tokenizer.Encode(sentences[i], Length))]);
            _rows.Write(outputs[0], count, rows.AsSpan(from * Dimension, count * Dimension));
        });
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    IDisposableReadOnlyCollection<OrtValue> Run((int[] Ids, int Count)[] sentences)
    {
        int batch = _ids.Dimensions[0] > 0 ? _batch : sentences.Length;   // a fixed batch is filled up with empty sentences
        long[] ids = new long[batch * Length], mask = new long[ids.Length];
        for (int i = 0; i < batch; i++)
        {
            var (tokens, count) = i < sentences.Length ? sentences[i] : Tokenizer.Encode("", Length);
            for (int t = 0; t < Length; t++) ids[i * Length + t] = tokens[t];
            mask.AsSpan(i * Length, count).Fill(1);
        }
        using var idsValue = Value(_ids, ids, batch);
        if (_mask is null) return _model.Run([_ids.Name], [idsValue], [_output.Name]);
        using var maskValue = Value(_mask, mask, batch);
        return _model.Run([_ids.Name, _mask.Name], [idsValue, maskValue], [_output.Name]);
    }

    OrtValue Value(OnnxTensor input, long[] numbers, int batch) => input.Element == TensorElementType.Int64
        ? OrtValue.CreateTensorValueFromMemory(numbers, [batch, Length])
        : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, number => (int)number), [batch, Length]);

    OutputRows TryOut()
    {
        int batch = _ids.Dimensions[0] > 0 ? _batch : 1;
        long[] shape;
        try
        {
            using var outputs = Run([Tokenizer.Encode("", Length)]);
            shape = outputs[0].GetTensorTypeAndShape().Shape;
        }
        catch (InvalidDataException error)
        {
            int largest = Math.Max(Tokenizer.EndId, Math.Max(Tokenizer.StartId, Tokenizer.PaddingId));
            throw new InvalidDataException($"{error.Message}\nIt was given {Length} tokens with numbers up to {largest}. If it has fewer, {Tokenizer.Files[0]} is not its tokenizer.", error);
        }
        return shape.Length == 2 ? new OutputRows(Path, _output.Name, shape, batch, pooling: null, OnnxLayout.Nchw)
            : throw new InvalidDataException($"{Path}: the output {_output.Name} has {shape.Length} axes; expected two, a row for each sentence. Export the text model with its projection.\n{_model.Table}");
    }

    static (OnnxTensor Ids, OnnxTensor? Mask) FindInputs(OnnxModel model)
    {
        if (model.Inputs.FirstOrDefault(input => input.Dimensions.Length == 4) is { } images)
            throw new InvalidDataException($"{model.Path}: takes images ({images.Name}), too: it is both halves of a CLIP model. Cut it in two with Python's onnx package, which needs no training framework:\n"
                + $"  python3 -c \"import onnx.utils as u; u.extract_model('model.onnx', 'text_model.onnx', ['input_ids', 'attention_mask'], ['text_embeds'])\"\n"
                + $"  python3 -c \"import onnx.utils as u; u.extract_model('model.onnx', 'vision_model.onnx', ['pixel_values'], ['image_embeds'])\"\n{model.Table}");
        OnnxTensor[] tokens = [.. model.Inputs.Where(input => input.Element is TensorElementType.Int64 or TensorElementType.Int32 && input.Dimensions.Length == 2)];
        var ids = tokens.FirstOrDefault(input => input.Name == Ids) ?? (tokens is [var only] ? only : null);
        var mask = tokens.FirstOrDefault(input => input.Name == Mask);
        return ids is not null && model.Inputs.All(input => input == ids || input == mask) ? (ids, mask)
            : throw new InvalidDataException($"{model.Path}: its inputs are not those of a CLIP text model; expected {Ids} (sentences x tokens, integers) and at most {Mask} beside it.\n{model.Table}");
    }

    static OnnxTensor FindOutput(OnnxModel model)
    {
        OnnxTensor[] real = [.. model.Outputs.Where(output => output.IsReal)];
        var named = Known.Select(known => real.FirstOrDefault(output => output.Name == known)).FirstOrDefault(found => found is not null);
        return named ?? (real is [var only] && only.Name is not ("pooler_output" or "last_hidden_state") ? only
            : throw new InvalidDataException($"{model.Path}: none of its outputs is known to lie in the space of the images; expected {Known[0]}. Export the text model with its projection (CLIPTextModelWithProjection).\n{model.Table}"));
    }
}
