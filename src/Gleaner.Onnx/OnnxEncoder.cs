using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace Gleaner.Onnx;

/// <summary>Any image encoder in an ONNX file, at work: a row of numbers for each image. One thread at a time may use it.</summary>
/// <remarks>
/// Images pass in fixed blocks and batches, and a batch is run by one thread while others run others, so the same pool gives the same bytes with any number of threads. A row hardly depends on the images
/// around it: convolutions treat them one by one, but a matrix product may add in another order in another batch, which moves a row by some 1e-7 of its length.
/// </remarks>
public sealed class OnnxEncoder : IImageEmbedder, IDisposable
{
    const int Epoch = -1;                                 // as Gleaner.Torch's Embedder: views differ from those of any training
    const int LargestBlock = 256, BlockBytes = 64 << 20;  // how much a kill costs, and how much is decoded ahead

    readonly OnnxModel _model;
    readonly OnnxInput _input;
    readonly OnnxTensor _output;
    readonly OutputRows _rows;
    readonly ConcurrentBag<PixelTensor> _idle = [];
    readonly int _batch;
    readonly ViewMaker? _views;
    readonly OnnxEncoderOptions _options;
    readonly int _threads;

    OnnxEncoder(OnnxModel model, OnnxEncoderOptions options)
    {
        _model = model;
        _options = options;
        _threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        _input = OnnxInput.Find(model, options);
        _output = OnnxOutput.Find(model, options.Output);
        Preprocessing = ImagePreprocessing.Decide(model.Path, _input.Tensor, _input.Layout, options);
        Notes = [.. _input.Notes, .. Preprocessing.Notes];
        _batch = _input.FixedBatch ?? options.BatchSize;
        if (options.Views > 0)
        {
            var (mean, std) = (Preprocessing.Mean, Preprocessing.Std);
            _views = new ViewMaker(options.Recipe with { Size = Preprocessing.Size }, ImageSize, [mean.R, mean.G, mean.B], [std.R, std.G, std.B]);
        }
        _rows = TryOut();
        BlockSize = _batch * (int)Math.Max(1, Math.Min(LargestBlock, BlockBytes / (ImageSize * (long)ImageSize * 3)) / _batch);
    }

    /// <summary>Loads a model, decides how it is used, and runs it once on a blank image.</summary>
    /// <exception cref="InvalidDataException">The file is no model, or none that makes one row an image; the message shows its inputs and outputs.</exception>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime does not load, or lacks the provider.</exception>
    public static OnnxEncoder Open(string path, OnnxEncoderOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Views, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, nameof(options));
        var model = OnnxModel.Open(path, options.Provider);
        try
        {
            return new OnnxEncoder(model, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Dimension => _rows.Dimension;

    /// <inheritdoc/>
    public int BlockSize { get; }

    /// <summary>Width and height in pixels of the images that it takes; it may see only the middle of them.</summary>
    public int ImageSize => Preprocessing.ResizeTo;

    /// <summary>Not known of an ONNX model.</summary>
    public double? MultiplyAddsPerImage => null;

    /// <summary>What happens to an image before the model sees it.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The input and how it is filled: <c>pixel_values, float32, nchw</c>.</summary>
    public string Input => $"{_input.Tensor.Name}, {_input.Tensor.Type}, {(_input.Layout == OnnxLayout.Nchw ? "nchw" : "nhwc")}";

    /// <summary>The output and how it becomes a row: <c>last_hidden_state, first token</c>.</summary>
    public string Output => $"{_output.Name}, {_rows.How}";

    /// <summary>What was assumed, and what the files beside the model ask for and is done otherwise; for people.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Changes with every byte of the model, weights in other files included. Reads it all.</summary>
    public string ModelHash() => OnnxFile.Hash(_model.Path);

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Blocks(ISquareImages images, int fromBlock = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegative(fromBlock);
        if (images.Size != ImageSize) throw new ArgumentException($"The images have {images.Size} px; expected {ImageSize}.", nameof(images));
        return PixelBlock.Of(images, BlockSize, fromBlock, _threads, cancel).Select(block => new EmbeddingBlock(block.Index, block.Start, block.Count, Embed(block, cancel)));
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    float[] Embed(PixelBlock block, CancellationToken cancel)
    {
        var rows = new float[block.Count * Dimension];
        Batches.Each((block.Count + _batch - 1) / _batch, _threads, cancel, at =>
        {
            var pixels = _idle.TryTake(out var idle) ? idle : Pixels();
            int start = at * _batch, count = Math.Min(_batch, block.Count - start);
            Embed(block, start, count, pixels, rows.AsSpan(start * Dimension, count * Dimension), cancel);
            _idle.Add(pixels);
        });
        return rows;
    }

    void Embed(PixelBlock block, int start, int count, PixelTensor pixels, Span<float> rows, CancellationToken cancel)
    {
        if (_views is null)
        {
            for (int k = 0; k < count; k++) pixels.Write(k, block.Pixels(start + k));
            Run(pixels, count, rows);
            return;
        }
        float[] one = new float[rows.Length], image = new float[_views.ViewLength];
        for (int view = 0; view < _options.Views; view++)
        {
            cancel.ThrowIfCancellationRequested();
            for (int k = 0; k < count; k++)
            {
                _views.Make(block.Pixels(start + k), new ViewSeed(_options.Seed, Epoch, block.Start + start + k, view), image);
                pixels.Write(k, image);
            }
            Run(pixels, count, one);
            AddUnitRows(one, rows);
        }
        TensorPrimitives.Divide(rows, _options.Views, rows);
    }

    PixelTensor Pixels() => new(Preprocessing, _input.Layout, _input.Tensor.Element, _batch);

    void AddUnitRows(ReadOnlySpan<float> rows, Span<float> sum)
    {
        for (int at = 0; at < rows.Length; at += Dimension)
        {
            var row = rows.Slice(at, Dimension);
            var total = sum.Slice(at, Dimension);
            TensorPrimitives.MultiplyAdd(row, 1 / Math.Max(TensorPrimitives.Norm(row), 1e-12f), total, total);   // 1e-12: torch's normalize
        }
    }

    void Run(PixelTensor batch, int count, Span<float> rows)
    {
        using var pixels = batch.Value(count, _input.FixedBatch is not null);
        using var outputs = _model.Run([_input.Tensor.Name], [pixels], [_output.Name]);
        _rows.Write(outputs[0], count, rows);
    }

    OutputRows TryOut()
    {
        int images = _input.FixedBatch ?? 1;
        using var pixels = Pixels().Value(images, _input.FixedBatch is not null);
        using var outputs = _model.Run([_input.Tensor.Name], [pixels], [_output.Name]);
        return new OutputRows(_model.Path, _output.Name, outputs[0].GetTensorTypeAndShape().Shape, images, _options.Pooling, _input.Layout);
    }
}
