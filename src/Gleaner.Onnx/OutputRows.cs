using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>Turns what a model gives for a batch into one row an image: (B, D) as it is, (B, T, D) by its tokens, (B, C, H, W) as the mean over height and width.</summary>
sealed class OutputRows
{
    readonly int _batch;
    readonly long[] _shape;
    readonly TokenPooling _pooling;
    readonly OnnxLayout _layout;

    /// <summary>Checks that an output of this shape, for a batch of <paramref name="batch"/> images, can be made rows.</summary>
    public OutputRows(string model, string output, long[] shape, int batch, TokenPooling? pooling, OnnxLayout layout)
    {
        (_batch, _shape, _layout) = (batch, shape, layout);
        if (shape.Length is not (2 or 3 or 4) || shape[0] != batch || shape.Any(length => length < 1))
            throw new InvalidDataException($"{model}: the output {output} has the shape {Text(shape)} for {batch} images; expected {batch} x D, {batch} x tokens x D or a map of {batch} x C x H x W.");
        if (pooling is not null && shape.Length != 3)
            throw new ArgumentException($"The output {output} of {model} has the shape {Text(shape)}, so there are no tokens to choose from. Leave --proxy-pool away.");
        _pooling = pooling ?? (shape.Length == 3 && Patches == shape[1] ? TokenPooling.PatchMean : TokenPooling.ClassToken);
    }

    /// <summary>Numbers in a row.</summary>
    public int Dimension => (int)(_shape.Length == 4 && _layout == OnnxLayout.Nchw ? _shape[1] : _shape[^1]);

    /// <summary>How a row is made, in a few words.</summary>
    public string How => _shape.Length switch
    {
        2 => "as it is",
        3 when _pooling == TokenPooling.ClassToken => "first token",
        3 => string.Create(CultureInfo.InvariantCulture, $"mean of the last {Patches} of {_shape[1]} tokens"),
        _ => string.Create(CultureInfo.InvariantCulture, $"mean of {Places} places"),
    };

    /// <summary>The largest square that is not above the number of tokens: what stands before the patches are a class token and registers.</summary>
    long Patches
    {
        get
        {
            long side = (long)Math.Sqrt(_shape[1]);
            return side * side;
        }
    }

    long Places => _layout == OnnxLayout.Nchw ? _shape[2] * _shape[3] : _shape[1] * _shape[2];

    /// <summary>Writes the rows of the first <paramref name="count"/> images.</summary>
    public void Write(OrtValue output, int count, Span<float> rows)
    {
        var values = Floats(output);
        int images = (int)output.GetTensorTypeAndShape().Shape[0], length = values.Length / images;
        for (int i = 0; i < count; i++) Pool(values.Slice(i * length, length), rows.Slice(i * Dimension, Dimension));
    }

    void Pool(ReadOnlySpan<float> image, Span<float> row)
    {
        switch (_shape.Length)
        {
            case 2:
                image.CopyTo(row);
                break;
            case 3 when _pooling == TokenPooling.ClassToken:
                image[..row.Length].CopyTo(row);
                break;
            case 3:
                MeanOfRows(image[^((int)Patches * row.Length)..], row);
                break;
            case 4 when _layout == OnnxLayout.Nhwc:
                MeanOfRows(image, row);
                break;
            default:
                for (int c = 0; c < row.Length; c++) row[c] = TensorPrimitives.Sum(image.Slice(c * (int)Places, (int)Places)) / Places;
                break;
        }
    }

    static void MeanOfRows(ReadOnlySpan<float> rows, Span<float> mean)
    {
        mean.Clear();
        for (int at = 0; at < rows.Length; at += mean.Length) TensorPrimitives.Add(mean, rows.Slice(at, mean.Length), mean);
        TensorPrimitives.Divide(mean, rows.Length / mean.Length, mean);
    }

    static ReadOnlySpan<float> Floats(OrtValue output)
    {
        switch (output.GetTensorTypeAndShape().ElementDataType)
        {
            case TensorElementType.Float:
                return output.GetTensorDataAsSpan<float>();
            case TensorElementType.Float16:
                var halves = MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>());
                var fromHalves = new float[halves.Length];
                TensorPrimitives.ConvertToSingle(halves, fromHalves);
                return fromHalves;
            default:
                var doubles = output.GetTensorDataAsSpan<double>();
                var fromDoubles = new float[doubles.Length];
                TensorPrimitives.ConvertTruncating<double, float>(doubles, fromDoubles);
                return fromDoubles;
        }
    }

    static string Text(long[] shape) => shape.Length == 0 ? "of a single number" : string.Join(" x ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));
}
