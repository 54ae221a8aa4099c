using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>The memory of one batch of images as a model takes them: written from bytes or views, seen by ONNX Runtime without a copy.</summary>
sealed class PixelTensor
{
    readonly ImagePreprocessing _how;
    readonly OnnxLayout _layout;
    readonly float[] _values;
    readonly Float16[]? _halves;
    readonly byte[]? _bytes;
    readonly float[][] _levels;   // for each channel, what each level of 0 to 255 becomes

    public PixelTensor(ImagePreprocessing how, OnnxLayout layout, TensorElementType element, int batch)
    {
        (_how, _layout, Batch, ImageLength) = (how, layout, batch, how.Size * how.Size * 3);
        _values = new float[checked(batch * ImageLength)];
        if (element == TensorElementType.Float16) _halves = new Float16[_values.Length];
        if (element == TensorElementType.UInt8) _bytes = new byte[_values.Length];
        float[] mean = [how.Mean.R, how.Mean.G, how.Mean.B], std = [how.Std.R, how.Std.G, how.Std.B];
        _levels = [.. Enumerable.Range(0, 3).Select(c => (float[])[.. Enumerable.Range(0, 256).Select(level => (float)((level / 255.0 - mean[c]) / std[c]))])];
    }

    public int Batch { get; }

    int ImageLength { get; }

    /// <summary>Writes image <paramref name="k"/> of the batch from <see cref="ImagePreprocessing.ResizeTo"/> squared RGB bytes; the middle of them is seen.</summary>
    public void Write(int k, ReadOnlySpan<byte> rgb)
    {
        int size = _how.Size, from = (_how.ResizeTo - size) / 2;
        var (pixel, red, green, blue) = Steps();
        var target = _values.AsSpan(k * ImageLength, ImageLength);
        float[] reds = _levels[0], greens = _levels[1], blues = _levels[2];
        for (int y = 0, at = 0; y < size; y++)
        {
            var row = rgb.Slice(((y + from) * _how.ResizeTo + from) * 3, size * 3);
            for (int x = 0; x < row.Length; x += 3, at += pixel)
                (target[at + red], target[at + green], target[at + blue]) = (reds[row[x]], greens[row[x + 1]], blues[row[x + 2]]);
        }
    }

    /// <summary>Writes image <paramref name="k"/> of the batch from a view: <see cref="ImagePreprocessing.Size"/> squared pixels of red, green, blue, normalised already.</summary>
    public void Write(int k, ReadOnlySpan<float> view)
    {
        var (pixel, red, green, blue) = Steps();
        var target = _values.AsSpan(k * ImageLength, ImageLength);
        for (int from = 0, at = 0; from < view.Length; from += 3, at += pixel)
            (target[at + red], target[at + green], target[at + blue]) = (view[from], view[from + 1], view[from + 2]);
    }

    /// <summary>The first <paramref name="count"/> images, for ONNX Runtime; those behind them that a fixed batch needs are zero.</summary>
    public OrtValue Value(int count, bool isFixedBatch)
    {
        if (isFixedBatch) _values.AsSpan(count * ImageLength).Clear();
        int images = isFixedBatch ? Batch : count, length = images * ImageLength;
        long[] shape = _layout == OnnxLayout.Nchw ? [images, 3, _how.Size, _how.Size] : [images, _how.Size, _how.Size, 3];
        var values = _values.AsSpan(0, length);
        if (_halves is not null)
        {
            TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<Float16, Half>(_halves.AsSpan()));
            return Wrap(_halves);
        }
        if (_bytes is null) return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _values.AsMemory(0, length), shape);
        for (int i = 0; i < length; i++) _bytes[i] = (byte)Math.Clamp(values[i] + 0.5f, 0, 255);
        return Wrap(_bytes);

        OrtValue Wrap<T>(T[] elements) where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, elements.AsMemory(0, length), shape);
    }

    // How far apart two pixels are, and where each channel of a pixel is from there.
    (int Pixel, int Red, int Green, int Blue) Steps()
    {
        int channel = _layout == OnnxLayout.Nchw ? _how.Size * _how.Size : 1;
        return (_layout == OnnxLayout.Nchw ? 1 : 3, _how.IsBgr ? 2 * channel : 0, channel, _how.IsBgr ? 0 : 2 * channel);
    }
}
