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

    /// <summary>Places behind a list that <see cref="Append"/> may write to.</summary>
    public const int Slack = 8;

    /// <summary>
    /// Appends the images with s_i > m to a list of <paramref name="count"/> in a span that is longer than the list may be by <see cref="Slack"/>, in any order;
    /// <paramref name="first"/> is the image of the first similarity. Returns how many they are now, or more than fit.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Append(ReadOnlySpan<float> similarities, int first, float covered, Span<Neighbour> list, int count)
    {
        int i = 0, most = list.Length - Slack;
        ref float s = ref MemoryMarshal.GetReference(similarities);
        ref int pair = ref Unsafe.As<Neighbour, int>(ref MemoryMarshal.GetReference(list));
        if (Avx512F.IsSupported)
        {
            var m = Vector512.Create(covered);
            var (low, high) = (Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
            for (; i + 16 <= similarities.Length && count <= most; i += 16)
            {
                var some = Vector512.LoadUnsafe(ref s, (nuint)i);
                var above = Vector512.GreaterThan(some, m).AsInt32();
                uint bits = (uint)above.ExtractMostSignificantBits();
                if (bits == 0) continue;
                var (first8, last8) = Vector512.Widen(above);
                var index = Vector512.Create(first + i) + Vector512<int>.Indices;
                Avx512F.Compress(Vector512<long>.Zero, first8, Avx512F.PermuteVar16x32x2(index, low, some.AsInt32()).AsInt64()).AsInt32().StoreUnsafe(ref pair, 2 * (nuint)count);
                count += BitOperations.PopCount(bits & 255);
                if (count > most) return count;
                Avx512F.Compress(Vector512<long>.Zero, last8, Avx512F.PermuteVar16x32x2(index, high, some.AsInt32()).AsInt64()).AsInt32().StoreUnsafe(ref pair, 2 * (nuint)count);
                count += BitOperations.PopCount(bits >> 8);
            }
        }
        else if (Avx2.IsSupported)
        {
            ref int order = ref MemoryMarshal.GetArrayDataReference(FourOf);
            var m = Vector256.Create(covered);
            for (; i + 8 <= similarities.Length && count <= most; i += 8)
            {
                var eight = Vector256.LoadUnsafe(ref s, (nuint)i);
                var index = Vector256.Create(first + i) + Vector256<int>.Indices;
                uint above = Above(eight, m);
                // Pairs 0, 1, 4, 5 and 2, 3, 6, 7; what is above is moved to the front of each four.
                uint low = above & 3 | above >> 2 & 12, high = above >> 2 & 3 | above >> 4 & 12;
                Avx2.PermuteVar8x32(Avx2.UnpackLow(index, eight.AsInt32()), Vector256.LoadUnsafe(ref order, 8 * low)).StoreUnsafe(ref pair, 2 * (nuint)count);
                count += BitOperations.PopCount(low);
                Avx2.PermuteVar8x32(Avx2.UnpackHigh(index, eight.AsInt32()), Vector256.LoadUnsafe(ref order, 8 * high)).StoreUnsafe(ref pair, 2 * (nuint)count);
                count += BitOperations.PopCount(high);
            }
        }
        for (; i < similarities.Length && count <= most; i++)
            if (similarities[i] > covered) list[count++] = new Neighbour(first + i, similarities[i]);
        return count;
    }

    // Of four pairs those whose bit is set, the first of them first: 8 numbers for each of the 16 cases.
    static readonly int[] FourOf = [.. Enumerable.Range(0, 16).SelectMany(bits =>
        Enumerable.Range(0, 4).OrderBy(p => (bits >> p & 1) ^ 1).SelectMany(p => new[] { 2 * p, 2 * p + 1 }))];

    /// <summary>
    /// An image that was covered by m is covered by m' now: those in its list lose min(s, m') - m, and those above m' are moved to the front. Returns their number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Lose(Span<Neighbour> list, float before, float after, Span<double> gains)
    {
        int kept = 0;
        foreach (var near in list)
        {
            gains[near.Index] -= (double)Math.Min(near.Similarity, after) - before;
            list[kept] = near; // without a branch: who is still above is anyone's guess
            kept += near.Similarity > after ? 1 : 0;
        }
        return kept;
    }

    /// <summary>lost_e += sum_r min(max(s_re, m_r), m'_r) - m_r for rows that lie one behind the other, as long as <paramref name="lost"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLosses(ReadOnlySpan<float> rows, ReadOnlySpan<float> before, ReadOnlySpan<float> after, Span<double> lost)
    {
        ref float all = ref MemoryMarshal.GetReference(rows);
        double none = 0;
        foreach (float m in before) none += m;
        int e = 0;
        for (; e + Lanes <= lost.Length; e += Lanes)
        {
            var (low, high) = (Vector512.Create<double>(lost.Slice(e, 8)) - Vector512.Create(none), Vector512.Create<double>(lost.Slice(e + 8, 8)) - Vector512.Create(none));
            for (int r = 0; r < before.Length; r++)
            {
                var s = Vector512.LoadUnsafe(ref all, (nuint)r * (nuint)lost.Length + (nuint)e);
                var (first, second) = Vector512.Widen(Vector512.MinNative(Vector512.MaxNative(s, Vector512.Create(before[r])), Vector512.Create(after[r])));
                low += first;
                high += second;
            }
            low.CopyTo(lost[e..]);
            high.CopyTo(lost[(e + 8)..]);
        }
        for (; e < lost.Length; e++)
            for (int r = 0; r < before.Length; r++) lost[e] += Math.Min(Math.Max(rows[r * lost.Length + e], before[r]), after[r]) - (double)before[r];
    }

    static uint Above(Vector256<float> s, Vector256<float> m) => Vector256.GreaterThan(s, m).ExtractMostSignificantBits();

    static double Sum(Span<double> lanes)
    {
        for (int width = Lanes / 2; width > 0; width /= 2)
            for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
        return lanes[0];
    }
}
