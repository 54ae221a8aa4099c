using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gleaner;

/// <summary>
/// The loops of <see cref="FacilityLocation"/> over one row of similarities s and what is covered so far, m.
/// A gain is summed in 16 float64 lanes, image i in lane i mod 16, and the lanes are added pairwise: the same bits from vectors of any length, from a plain
/// loop, and from a list of the images with s_i > m_i alone, since the others add an exact 0.
/// </summary>
internal static class Coverage
{
    public const int Lanes = 16;

    /// <summary>sum_i max(0, s_i - m_i), and how many s_i are <paramref name="above"/> m_i. The differences of float32 numbers are taken in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
    public static double Gain(ReadOnlySpan<float> similarities, ReadOnlySpan<float> covered, out int above)
    {
        Span<double> lanes = stackalloc double[Lanes];
        ref float s = ref MemoryMarshal.GetReference(similarities);
        ref float m = ref MemoryMarshal.GetReference(covered);
        nuint i = 0, end = (nuint)(covered.Length / Lanes * Lanes);
        int count = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<double> low = default, high = default;
            for (; i < end; i += Lanes)
            {
                Vector256<float> m0 = Vector256.LoadUnsafe(ref m, i), m1 = Vector256.LoadUnsafe(ref m, i + 8);
                Vector256<float> s0 = Vector256.LoadUnsafe(ref s, i), s1 = Vector256.LoadUnsafe(ref s, i + 8);
                low += Avx512F.ConvertToVector512Double(Vector256.MaxNative(s0, m0)) - Avx512F.ConvertToVector512Double(m0);
                high += Avx512F.ConvertToVector512Double(Vector256.MaxNative(s1, m1)) - Avx512F.ConvertToVector512Double(m1);
                count += BitOperations.PopCount(Above(s0, m0) | Above(s1, m1) << 8);
            }
            low.CopyTo(lanes);
            high.CopyTo(lanes[8..]);
        }
        else
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            for (; i < end; i += Lanes)
            {
                Vector256<float> m0 = Vector256.LoadUnsafe(ref m, i), m1 = Vector256.LoadUnsafe(ref m, i + 8);
                Vector256<float> s0 = Vector256.LoadUnsafe(ref s, i), s1 = Vector256.LoadUnsafe(ref s, i + 8);
                Vector256<float> top0 = Vector256.MaxNative(s0, m0), top1 = Vector256.MaxNative(s1, m1);
                a += Vector256.WidenLower(top0) - Vector256.WidenLower(m0);
                b += Vector256.WidenUpper(top0) - Vector256.WidenUpper(m0);
                c += Vector256.WidenLower(top1) - Vector256.WidenLower(m1);
                d += Vector256.WidenUpper(top1) - Vector256.WidenUpper(m1);
                count += BitOperations.PopCount(Above(s0, m0) | Above(s1, m1) << 8);
            }
            a.CopyTo(lanes);
            b.CopyTo(lanes[4..]);
            c.CopyTo(lanes[8..]);
            d.CopyTo(lanes[12..]);
        }
        for (int j = (int)end; j < covered.Length; j++)
        {
            if (!(similarities[j] > covered[j])) continue;
            lanes[j % Lanes] += (double)similarities[j] - covered[j];
            count++;
        }
        above = count;
        return Sum(lanes);
    }

    /// <summary>The gain from a list of neighbours in ascending order, out of which those that are covered meanwhile are dropped for good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Gain(Span<Neighbour> reach, ReadOnlySpan<float> covered, out int kept)
    {
        Span<double> lanes = stackalloc double[Lanes];
        lanes.Clear();
        int count = 0;
        foreach (var near in reach)
        {
            double more = (double)Math.Max(near.Similarity, covered[near.Index]) - covered[near.Index];
            lanes[near.Index & (Lanes - 1)] += more;
            reach[count] = near; // without a branch: which pairs are covered is anyone's guess
            count += more > 0 ? 1 : 0;
        }
        kept = count;
        return Sum(lanes);
    }

    /// <summary>Lists the images with s_i > m_i, of which <see cref="Gain(ReadOnlySpan{float}, ReadOnlySpan{float}, out int)"/> has told the number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void List(ReadOnlySpan<float> similarities, ReadOnlySpan<float> covered, Span<Neighbour> reach)
    {
        ref float s = ref MemoryMarshal.GetReference(similarities);
        ref float m = ref MemoryMarshal.GetReference(covered);
        int count = 0, i = 0;
        for (; i + 8 <= covered.Length; i += 8)
            for (uint above = Above(Vector256.LoadUnsafe(ref s, (nuint)i), Vector256.LoadUnsafe(ref m, (nuint)i)); above != 0; above &= above - 1)
            {
                int at = i + BitOperations.TrailingZeroCount(above);
                reach[count++] = new Neighbour(at, similarities[at]);
            }
        for (; i < covered.Length; i++)
            if (similarities[i] > covered[i]) reach[count++] = new Neighbour(i, similarities[i]);
    }

    static uint Above(Vector256<float> s, Vector256<float> m) => Vector256.GreaterThan(s, m).ExtractMostSignificantBits();

    static double Sum(Span<double> lanes)
    {
        for (int width = Lanes / 2; width > 0; width /= 2)
            for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
        return lanes[0];
    }
}
