using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Sums in float64 of rows in float32.</summary>
static class RowArithmetic
{
    /// <summary>sums += factor x row, for as many numbers as there are sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTimes(double factor, ReadOnlySpan<float> row, Span<double> sums)
    {
        int i = 0;
        var f = Vector512.Create(factor);
        for (; i + 16 <= sums.Length; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Create<float>(row.Slice(i, 16)));
            (Vector512.Create<double>(sums.Slice(i, 8)) + f * low).CopyTo(sums[i..]);
            (Vector512.Create<double>(sums.Slice(i + 8, 8)) + f * high).CopyTo(sums[(i + 8)..]);
        }
        for (; i < sums.Length; i++) sums[i] += factor * row[i];
    }

    /// <summary>
    /// sums += sign x row, each number to the nearest multiple of 2^-32 (float32 is no finer from 2^-9 on). Such sums are exact in float64 up to 2^21, so rows can be
    /// added and taken away in any order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOnGrid(double sign, ReadOnlySpan<float> row, Span<double> sums)
    {
        const double Coarse = 1.5 * (1 << 20); // numbers near it are as far apart as the grid's
        int i = 0;
        var (f, coarse) = (Vector512.Create(sign), Vector512.Create(Coarse));
        for (; i + 16 <= sums.Length; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Create<float>(row.Slice(i, 16)));
            (Vector512.Create<double>(sums.Slice(i, 8)) + f * (low + coarse - coarse)).CopyTo(sums[i..]);
            (Vector512.Create<double>(sums.Slice(i + 8, 8)) + f * (high + coarse - coarse)).CopyTo(sums[(i + 8)..]);
        }
        for (; i < sums.Length; i++) sums[i] += sign * (row[i] + Coarse - Coarse);
    }

    /// <summary>The largest of some numbers, none of which is NaN; -infinity if there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Largest(ReadOnlySpan<double> of)
    {
        int i = 0;
        var even = Vector512.Create(double.NegativeInfinity);
        var odd = even;
        for (; i + 16 <= of.Length; i += 16)
        {
            even = Vector512.MaxNative(even, Vector512.Create(of.Slice(i, 8)));
            odd = Vector512.MaxNative(odd, Vector512.Create(of.Slice(i + 8, 8)));
        }
        even = Vector512.MaxNative(even, odd);
        double largest = double.NegativeInfinity;
        for (int lane = 0; lane < Vector512<double>.Count; lane++) largest = Math.Max(largest, even[lane]);
        for (; i < of.Length; i++) largest = Math.Max(largest, of[i]);
        return largest;
    }

    /// <summary>sums += the rows <paramref name="images"/>, in groups of four, so that a sum is fetched once for four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(ReadOnlySpan<float> rows, ReadOnlySpan<int> images, Span<double> sums)
    {
        int d = sums.Length, done = 0;
        ref float all = ref MemoryMarshal.GetReference(rows);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        for (; done + 4 <= images.Length; done += 4)
        {
            ref float a = ref Unsafe.Add(ref all, (nint)images[done] * d), b = ref Unsafe.Add(ref all, (nint)images[done + 1] * d);
            ref float c = ref Unsafe.Add(ref all, (nint)images[done + 2] * d), e = ref Unsafe.Add(ref all, (nint)images[done + 3] * d);
            nuint k = 0;
            for (; k + 16 <= (nuint)d; k += 16)
            {
                var (a0, a1) = Vector512.Widen(Vector512.LoadUnsafe(ref a, k));
                var (b0, b1) = Vector512.Widen(Vector512.LoadUnsafe(ref b, k));
                var (c0, c1) = Vector512.Widen(Vector512.LoadUnsafe(ref c, k));
                var (e0, e1) = Vector512.Widen(Vector512.LoadUnsafe(ref e, k));
                (Vector512.LoadUnsafe(ref sum, k) + (a0 + b0 + (c0 + e0))).StoreUnsafe(ref sum, k);
                (Vector512.LoadUnsafe(ref sum, k + 8) + (a1 + b1 + (c1 + e1))).StoreUnsafe(ref sum, k + 8);
            }
            for (; k < (nuint)d; k++)
                Unsafe.Add(ref sum, k) += (double)Unsafe.Add(ref a, k) + Unsafe.Add(ref b, k) + ((double)Unsafe.Add(ref c, k) + Unsafe.Add(ref e, k));
        }
        for (; done < images.Length; done++) AddTimes(1, rows.Slice(images[done] * d, d), sums);
    }

    /// <summary>The sum of a row, in sixteen lanes that are added in a fixed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(ReadOnlySpan<float> row)
    {
        Vector512<double> even = default, odd = default;
        int i = 0;
        for (; i + 16 <= row.Length; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Create<float>(row.Slice(i, 16)));
            even += low;
            odd += high;
        }
        double sum = Vector512.Sum(even) + Vector512.Sum(odd);
        for (; i < row.Length; i++) sum += row[i];
        return sum;
    }

    /// <summary>sum_i max(0, row_i - covered_i), for as many numbers as there are in <paramref name="covered"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumAbove(ReadOnlySpan<float> row, ReadOnlySpan<float> covered)
    {
        Vector512<double> even = default, odd = default;
        int i = 0;
        for (; i + 16 <= covered.Length; i += 16)
        {
            var (m, s) = (Vector512.Create(covered.Slice(i, 16)), Vector512.Create(row.Slice(i, 16)));
            var (m0, m1) = Vector512.Widen(m);
            var (s0, s1) = Vector512.Widen(Vector512.MaxNative(s, m));
            even += s0 - m0;
            odd += s1 - m1;
        }
        double sum = Vector512.Sum(even) + Vector512.Sum(odd);
        for (; i < covered.Length; i++) sum += Math.Max(0, (double)row[i] - covered[i]);
        return sum;
    }

    /// <summary>The inner product of two rows, in sixteen lanes that are added in a fixed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector512<double> even = default, odd = default;
        int i = 0;
        for (; i + 16 <= a.Length; i += 16)
        {
            var (a0, a1) = Vector512.Widen(Vector512.Create<float>(a.Slice(i, 16)));
            var (b0, b1) = Vector512.Widen(Vector512.Create<float>(b.Slice(i, 16)));
            even += a0 * b0;
            odd += a1 * b1;
        }
        double product = Vector512.Sum(even) + Vector512.Sum(odd);
        for (; i < a.Length; i++) product += (double)a[i] * b[i];
        return product;
    }
}
