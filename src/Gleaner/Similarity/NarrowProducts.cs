using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>The loops of <see cref="InnerProducts"/> for processors without 512-bit vectors, which have 16 registers: the same products, to the bit.</summary>
static class NarrowProducts
{
    const int Panel = PackedRows.PanelRows, Half = 8;

    /// <summary>tile[r x width + 8 p + c] = &lt;row r, c-th of the eight rows from the p-th place on&gt; for four rows and three places in panels: twelve sums, three columns, one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourRows(ref float a, ref float first, ref float second, ref float third, int d, (int First, int EndExcl) part, ref float tile, nuint width)
    {
        Vector256<float> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default,
            s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        if (part.First > 0)
        {
            Load(out s00, out s01, out s02, ref tile);
            Load(out s10, out s11, out s12, ref Unsafe.Add(ref tile, width));
            Load(out s20, out s21, out s22, ref Unsafe.Add(ref tile, 2 * width));
            Load(out s30, out s31, out s32, ref Unsafe.Add(ref tile, 3 * width));
        }
        nuint one = (nuint)d, three = (nuint)(3 * d);
        for (nuint k = (nuint)part.First; k < (nuint)part.EndExcl; k++)
        {
            var b0 = Vector256.LoadUnsafe(ref first, Panel * k);
            var b1 = Vector256.LoadUnsafe(ref second, Panel * k);
            var b2 = Vector256.LoadUnsafe(ref third, Panel * k);
            ref float x = ref Unsafe.Add(ref a, k);
            var v0 = Vector256.Create(x);
            s00 = Vector256.FusedMultiplyAdd(v0, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(v0, b1, s01);
            s02 = Vector256.FusedMultiplyAdd(v0, b2, s02);
            var v1 = Vector256.Create(Unsafe.Add(ref x, one));
            s10 = Vector256.FusedMultiplyAdd(v1, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(v1, b1, s11);
            s12 = Vector256.FusedMultiplyAdd(v1, b2, s12);
            var v2 = Vector256.Create(Unsafe.Add(ref x, 2 * one));
            s20 = Vector256.FusedMultiplyAdd(v2, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(v2, b1, s21);
            s22 = Vector256.FusedMultiplyAdd(v2, b2, s22);
            var v3 = Vector256.Create(Unsafe.Add(ref x, three));
            s30 = Vector256.FusedMultiplyAdd(v3, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(v3, b1, s31);
            s32 = Vector256.FusedMultiplyAdd(v3, b2, s32);
        }
        Store(s00, s01, s02, ref tile);
        Store(s10, s11, s12, ref Unsafe.Add(ref tile, width));
        Store(s20, s21, s22, ref Unsafe.Add(ref tile, 2 * width));
        Store(s30, s31, s32, ref Unsafe.Add(ref tile, 3 * width));
    }

    /// <summary>The same for one whole panel: eight sums, two columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourRows(ref float a, ref float b, int d, (int First, int EndExcl) part, ref float tile, nuint width)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        if (part.First > 0)
        {
            s00 = Vector256.LoadUnsafe(ref tile);
            s01 = Vector256.LoadUnsafe(ref tile, Half);
            s10 = Vector256.LoadUnsafe(ref tile, width);
            s11 = Vector256.LoadUnsafe(ref tile, width + Half);
            s20 = Vector256.LoadUnsafe(ref tile, 2 * width);
            s21 = Vector256.LoadUnsafe(ref tile, 2 * width + Half);
            s30 = Vector256.LoadUnsafe(ref tile, 3 * width);
            s31 = Vector256.LoadUnsafe(ref tile, 3 * width + Half);
        }
        nuint one = (nuint)d, three = (nuint)(3 * d);
        for (nuint k = (nuint)part.First; k < (nuint)part.EndExcl; k++)
        {
            var b0 = Vector256.LoadUnsafe(ref b, Panel * k);
            var b1 = Vector256.LoadUnsafe(ref b, Panel * k + Half);
            ref float x = ref Unsafe.Add(ref a, k);
            var v0 = Vector256.Create(x);
            s00 = Vector256.FusedMultiplyAdd(v0, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(v0, b1, s01);
            var v1 = Vector256.Create(Unsafe.Add(ref x, one));
            s10 = Vector256.FusedMultiplyAdd(v1, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(v1, b1, s11);
            var v2 = Vector256.Create(Unsafe.Add(ref x, 2 * one));
            s20 = Vector256.FusedMultiplyAdd(v2, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(v2, b1, s21);
            var v3 = Vector256.Create(Unsafe.Add(ref x, three));
            s30 = Vector256.FusedMultiplyAdd(v3, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(v3, b1, s31);
        }
        s00.StoreUnsafe(ref tile);
        s01.StoreUnsafe(ref tile, Half);
        s10.StoreUnsafe(ref tile, width);
        s11.StoreUnsafe(ref tile, width + Half);
        s20.StoreUnsafe(ref tile, 2 * width);
        s21.StoreUnsafe(ref tile, 2 * width + Half);
        s30.StoreUnsafe(ref tile, 3 * width);
        s31.StoreUnsafe(ref tile, 3 * width + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Load(out Vector256<float> first, out Vector256<float> second, out Vector256<float> third, ref float row)
    {
        first = Vector256.LoadUnsafe(ref row);
        second = Vector256.LoadUnsafe(ref row, Half);
        third = Vector256.LoadUnsafe(ref row, 2 * Half);
    }

    static void Store(Vector256<float> first, Vector256<float> second, Vector256<float> third, ref float row)
    {
        first.StoreUnsafe(ref row);
        second.StoreUnsafe(ref row, Half);
        third.StoreUnsafe(ref row, 2 * Half);
    }
}
