using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Sums over images of weight times row, in float64: the gradient of a linear probe, and second moments.</summary>
static class WeightedSums
{
    /// <summary>Rows are as long as a multiple of this, and there is a multiple of <see cref="Together"/> weights a row.</summary>
    public const int Coordinates = 32, Together = 4;

    const int Lanes = 8;

    /// <summary>The next multiple of <paramref name="step"/>.</summary>
    public static int RoundUp(int count, int step) => (count + step - 1) / step * step;

    /// <summary>sums[a stride + c] += sum_r weights[r width + a] rows[r stride + c] for <paramref name="count"/> rows, in ascending order of r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<double> weights, int width, int count, Span<double> sums)
    {
        if (stride % Coordinates != 0 || width % Together != 0 || rows.Length < count * stride || weights.Length < count * width || sums.Length < width * stride)
            throw new ArgumentOutOfRangeException(null, "Rows, weights or sums lie outside their spans."); // the loops below do not check
        ref double sum = ref MemoryMarshal.GetReference(sums);
        for (int c = 0; c < stride; c += Coordinates)
            for (int a = 0; a < width; a += Together)
                AddTile(ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), c), stride, ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), a), width, count, ref Unsafe.Add(ref sum, a * stride + c));
    }

    // Four weights by 32 coordinates: sixteen sums in registers, four loads of coordinates and four of weights for sixteen multiply-adds.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddTile(ref float x, int stride, ref double w, int width, int count, ref double sums)
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default,
            c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        for (int r = 0; r < count; r++)
        {
            var (x0, x1) = Vector512.Widen(Vector512.LoadUnsafe(ref x));
            var (x2, x3) = Vector512.Widen(Vector512.LoadUnsafe(ref x, 2 * Lanes));
            var a = Vector512.Create(w);
            a0 = Vector512.FusedMultiplyAdd(a, x0, a0);
            a1 = Vector512.FusedMultiplyAdd(a, x1, a1);
            a2 = Vector512.FusedMultiplyAdd(a, x2, a2);
            a3 = Vector512.FusedMultiplyAdd(a, x3, a3);
            var b = Vector512.Create(Unsafe.Add(ref w, 1));
            b0 = Vector512.FusedMultiplyAdd(b, x0, b0);
            b1 = Vector512.FusedMultiplyAdd(b, x1, b1);
            b2 = Vector512.FusedMultiplyAdd(b, x2, b2);
            b3 = Vector512.FusedMultiplyAdd(b, x3, b3);
            var c = Vector512.Create(Unsafe.Add(ref w, 2));
            c0 = Vector512.FusedMultiplyAdd(c, x0, c0);
            c1 = Vector512.FusedMultiplyAdd(c, x1, c1);
            c2 = Vector512.FusedMultiplyAdd(c, x2, c2);
            c3 = Vector512.FusedMultiplyAdd(c, x3, c3);
            var d = Vector512.Create(Unsafe.Add(ref w, 3));
            d0 = Vector512.FusedMultiplyAdd(d, x0, d0);
            d1 = Vector512.FusedMultiplyAdd(d, x1, d1);
            d2 = Vector512.FusedMultiplyAdd(d, x2, d2);
            d3 = Vector512.FusedMultiplyAdd(d, x3, d3);
            x = ref Unsafe.Add(ref x, stride);
            w = ref Unsafe.Add(ref w, width);
        }
        AddTo(ref sums, a0, a1, a2, a3);
        AddTo(ref Unsafe.Add(ref sums, stride), b0, b1, b2, b3);
        AddTo(ref Unsafe.Add(ref sums, 2 * stride), c0, c1, c2, c3);
        AddTo(ref Unsafe.Add(ref sums, 3 * stride), d0, d1, d2, d3);
    }

    static void AddTo(ref double sums, Vector512<double> first, Vector512<double> second, Vector512<double> third, Vector512<double> fourth)
    {
        (Vector512.LoadUnsafe(ref sums) + first).StoreUnsafe(ref sums);
        (Vector512.LoadUnsafe(ref sums, Lanes) + second).StoreUnsafe(ref sums, Lanes);
        (Vector512.LoadUnsafe(ref sums, 2 * Lanes) + third).StoreUnsafe(ref sums, 2 * Lanes);
        (Vector512.LoadUnsafe(ref sums, 3 * Lanes) + fourth).StoreUnsafe(ref sums, 3 * Lanes);
    }
}
