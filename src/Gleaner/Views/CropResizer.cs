using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Cuts boxes out of square images of one size and resamples them to <c>viewSize</c> x <c>viewSize</c>.</summary>
/// <remarks>
/// Pillow's two passes, rows first. There are at most imageSize different widths or heights of a box, so their taps are kept:
/// 20 KB for 32 pixels, about 1 MB for 224.
/// Deviation: Pillow rounds to bytes after each pass; we only clamp to [0, 255] there.
/// </remarks>
sealed class CropResizer(int imageSize, int viewSize, Interpolation interpolation)
{
    const int Strip = ViewScratch.StripRows;

    readonly ResamplingTaps?[] _taps = new ResamplingTaps?[imageSize + 1];

    public void Resize(ReadOnlySpan<byte> image, CropBox box, bool flip, ViewScratch scratch)
    {
        ResamplingTaps across = TapsFor(box.Width), down = TapsFor(box.Height);
        for (int top = 0; top < box.Height; top += Strip)
        {
            int rows = Math.Min(Strip, box.Height - top);
            for (int row = 0; row < rows; row++)
                ToPixels(image.Slice(((box.Y + top + row) * imageSize + box.X) * 3, box.Width * 3), ref Row(scratch.Strip, row));
            ResizeStrip(scratch.Strip, across, flip, scratch.ResizedStrip);
            for (int row = 0; row < rows; row++)
                ToLevels(ref Row(scratch.ResizedStrip, row), scratch.Rows, (top + row) * viewSize);
        }
        for (int channel = 0; channel < 3; channel++)
            ResizeColumns(scratch.Rows[channel], down, scratch.Planes[channel]);
    }

    // Two threads may both make the same taps: the same numbers, so either may stay.
    ResamplingTaps TapsFor(int length) => _taps[length] ??= new ResamplingTaps(length, viewSize, interpolation);

    /// <summary>The first pixel of a row in a strip; the next one is <see cref="Strip"/> further.</summary>
    static ref Vector128<float> Row(Vector512<float>[] strip, int row)
        => ref Unsafe.Add(ref Unsafe.As<Vector512<float>, Vector128<float>>(ref MemoryMarshal.GetArrayDataReference(strip)), row);

    /// <summary>RGB bytes to pixels of (r, g, b, unused).</summary>
    static void ToPixels(ReadOnlySpan<byte> row, ref Vector128<float> pixels)
    {
        int last = row.Length / 3 - 1;
        ref byte source = ref MemoryMarshal.GetReference(row);
        for (int x = 0; x < last; x++)   // the fourth byte is the next pixel's red: cheaper to carry along than to mask
        {
            uint bytes = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, x * 3));
            var wide = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte()));
            Unsafe.Add(ref pixels, x * Strip) = Vector128.ConvertToSingle(wide.AsInt32());
        }
        Unsafe.Add(ref pixels, last * Strip) = Vector128.Create(row[^3], row[^2], row[^1], 0f);
    }

    /// <summary>Four rows at a time: one vector holds a pixel of each. In the last strip some of them are left over from before, and not used.</summary>
    static void ResizeStrip(Vector512<float>[] strip, ResamplingTaps taps, bool flip, Vector512<float>[] resized)
    {
        ref Vector512<float> source = ref MemoryMarshal.GetArrayDataReference(strip);
        ref float weight = ref MemoryMarshal.GetReference(taps.Weights);
        ReadOnlySpan<int> starts = taps.Starts;
        for (int x = 0; x < starts.Length; x++)
        {
            ref Vector512<float> start = ref Unsafe.Add(ref source, starts[x]);
            var sum = Vector512<float>.Zero;
            for (int k = 0; k < taps.Count; k++)
                sum = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref weight, k)), Unsafe.Add(ref start, k), sum);
            weight = ref Unsafe.Add(ref weight, taps.Count);
            resized[flip ? starts.Length - 1 - x : x] = Clamp(sum);
        }
    }

    /// <summary>One resized row of pixels to a row of each channel; what runs over its end is overwritten by the next row.</summary>
    void ToLevels(ref Vector128<float> pixels, float[][] rows, int offset)
    {
        ref float red = ref rows[0][offset], green = ref rows[1][offset], blue = ref rows[2][offset];
        for (int x = 0; x < viewSize; x += 4)
        {
            ref Vector128<float> four = ref Unsafe.Add(ref pixels, x * Strip);
            var (r, g, b, unused) = (four, Unsafe.Add(ref four, Strip), Unsafe.Add(ref four, 2 * Strip), Unsafe.Add(ref four, 3 * Strip));
            Transpose4x4.Run(ref r, ref g, ref b, ref unused);
            r.StoreUnsafe(ref red, (nuint)x);
            g.StoreUnsafe(ref green, (nuint)x);
            b.StoreUnsafe(ref blue, (nuint)x);
        }
    }

    /// <summary>What runs over a row's end is overwritten by the next row, or falls into the plane's padding.</summary>
    void ResizeColumns(float[] rows, ResamplingTaps taps, float[] plane)
    {
        ref float source = ref MemoryMarshal.GetArrayDataReference(rows);
        ref float target = ref MemoryMarshal.GetArrayDataReference(plane);
        ref float weight = ref MemoryMarshal.GetReference(taps.Weights);
        foreach (int start in taps.Starts)
        {
            for (int x = 0; x < viewSize; x += Vector512<float>.Count)
            {
                ref float column = ref Unsafe.Add(ref source, start * viewSize + x);
                var sum = Vector512<float>.Zero;
                for (int k = 0; k < taps.Count; k++)
                    sum = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref weight, k)), Vector512.LoadUnsafe(ref column, (nuint)(k * viewSize)), sum);
                Clamp(sum).StoreUnsafe(ref target, (nuint)x);
            }
            weight = ref Unsafe.Add(ref weight, taps.Count);
            target = ref Unsafe.Add(ref target, viewSize);
        }
    }

    static Vector512<float> Clamp(Vector512<float> levels) => Vector512.ClampNative(levels, Vector512<float>.Zero, Vector512.Create(255f));
}
