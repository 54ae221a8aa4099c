using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// The innermost loops: inner products of eight rows with one or three panels of sixteen packed rows, and of one row with panels. Every product is
/// summed over the coordinates in ascending order with fused multiply-adds, so that &lt;a, b&gt; = &lt;b, a&gt; and all of them have the bits of a plain loop.
/// </summary>
/// <remarks>
/// Eight rows by three 512-bit columns are 24 independent sums in 32 registers: per coordinate 11 loads feed 24 multiply-adds, so the loads hide
/// behind the arithmetic. Written out, because the compiler keeps locals in registers and arrays in memory.
/// </remarks>
static class InnerProducts
{
    /// <summary>How many rows a tile has.</summary>
    public const int Rows = 8;

    const int Panel = PackedRows.PanelRows, Half = 8;

    /// <summary>tile[r x width + 16 p + c] = &lt;row r, row c of panel p&gt; for eight rows and three panels, or a part of it.</summary>
    /// <param name="a">The first of eight rows that lie one behind the other.</param>
    /// <param name="b">The first panel.</param>
    /// <param name="d">Coordinates: a row has d numbers, a panel 16 d.</param>
    /// <param name="part">The coordinates to sum over. Where they do not begin with the first, the tile holds the sums over those before.</param>
    /// <param name="tile">Where the products go.</param>
    /// <param name="width">Numbers between two rows of the tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
    public static void ThreePanels(ref float a, ref float b, int d, (int First, int EndExcl) part, ref float tile, nuint width)
    {
        nuint stride = (nuint)(Panel * d);
        if (!Vector512.IsHardwareAccelerated)
        {
            for (nuint r = 0; r < Rows; r += 4)
            {
                ref float four = ref Unsafe.Add(ref a, r * (nuint)d), into = ref Unsafe.Add(ref tile, r * width);
                NarrowProducts.FourRows(ref four, ref b, ref Unsafe.Add(ref b, Half), ref Unsafe.Add(ref b, stride), d, part, ref into, width);
                NarrowProducts.FourRows(ref four, ref Unsafe.Add(ref b, stride + Half), ref Unsafe.Add(ref b, 2 * stride), ref Unsafe.Add(ref b, 2 * stride + Half), d, part, ref Unsafe.Add(ref into, 3 * Half), width);
            }
            return;
        }
        Vector512<float> s00 = default, s01 = default, s02 = default,
            s10 = default, s11 = default, s12 = default,
            s20 = default, s21 = default, s22 = default,
            s30 = default, s31 = default, s32 = default,
            s40 = default, s41 = default, s42 = default,
            s50 = default, s51 = default, s52 = default,
            s60 = default, s61 = default, s62 = default,
            s70 = default, s71 = default, s72 = default;
        if (part.First > 0)
        {
            Load(out s00, out s01, out s02, ref tile);
            Load(out s10, out s11, out s12, ref Unsafe.Add(ref tile, width));
            Load(out s20, out s21, out s22, ref Unsafe.Add(ref tile, 2 * width));
            Load(out s30, out s31, out s32, ref Unsafe.Add(ref tile, 3 * width));
            Load(out s40, out s41, out s42, ref Unsafe.Add(ref tile, 4 * width));
            Load(out s50, out s51, out s52, ref Unsafe.Add(ref tile, 5 * width));
            Load(out s60, out s61, out s62, ref Unsafe.Add(ref tile, 6 * width));
            Load(out s70, out s71, out s72, ref Unsafe.Add(ref tile, 7 * width));
        }
        ref float second = ref Unsafe.Add(ref b, stride), third = ref Unsafe.Add(ref b, 2 * stride);
        ref float fifth = ref Unsafe.Add(ref a, 4 * d);
        nuint one = (nuint)d, three = (nuint)(3 * d);
        for (nuint k = (nuint)part.First; k < (nuint)part.EndExcl; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref b, Panel * k);
            var b1 = Vector512.LoadUnsafe(ref second, Panel * k);
            var b2 = Vector512.LoadUnsafe(ref third, Panel * k);
            ref float x = ref Unsafe.Add(ref a, k), y = ref Unsafe.Add(ref fifth, k);
            var v0 = Vector512.Create(x);
            s00 = Vector512.FusedMultiplyAdd(v0, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(v0, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(v0, b2, s02);
            var v1 = Vector512.Create(Unsafe.Add(ref x, one));
            s10 = Vector512.FusedMultiplyAdd(v1, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(v1, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(v1, b2, s12);
            var v2 = Vector512.Create(Unsafe.Add(ref x, 2 * one));
            s20 = Vector512.FusedMultiplyAdd(v2, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(v2, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(v2, b2, s22);
            var v3 = Vector512.Create(Unsafe.Add(ref x, three));
            s30 = Vector512.FusedMultiplyAdd(v3, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(v3, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(v3, b2, s32);
            var v4 = Vector512.Create(y);
            s40 = Vector512.FusedMultiplyAdd(v4, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(v4, b1, s41);
            s42 = Vector512.FusedMultiplyAdd(v4, b2, s42);
            var v5 = Vector512.Create(Unsafe.Add(ref y, one));
            s50 = Vector512.FusedMultiplyAdd(v5, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(v5, b1, s51);
            s52 = Vector512.FusedMultiplyAdd(v5, b2, s52);
            var v6 = Vector512.Create(Unsafe.Add(ref y, 2 * one));
            s60 = Vector512.FusedMultiplyAdd(v6, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(v6, b1, s61);
            s62 = Vector512.FusedMultiplyAdd(v6, b2, s62);
            var v7 = Vector512.Create(Unsafe.Add(ref y, three));
            s70 = Vector512.FusedMultiplyAdd(v7, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(v7, b1, s71);
            s72 = Vector512.FusedMultiplyAdd(v7, b2, s72);
        }
        Store(s00, s01, s02, ref tile);
        Store(s10, s11, s12, ref Unsafe.Add(ref tile, width));
        Store(s20, s21, s22, ref Unsafe.Add(ref tile, 2 * width));
        Store(s30, s31, s32, ref Unsafe.Add(ref tile, 3 * width));
        Store(s40, s41, s42, ref Unsafe.Add(ref tile, 4 * width));
        Store(s50, s51, s52, ref Unsafe.Add(ref tile, 5 * width));
        Store(s60, s61, s62, ref Unsafe.Add(ref tile, 6 * width));
        Store(s70, s71, s72, ref Unsafe.Add(ref tile, 7 * width));
    }

    /// <summary>As <see cref="ThreePanels"/>, for one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OnePanel(ref float a, ref float b, int d, (int First, int EndExcl) part, ref float tile, nuint width)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            NarrowProducts.FourRows(ref a, ref b, d, part, ref tile, width);
            NarrowProducts.FourRows(ref Unsafe.Add(ref a, 4 * d), ref b, d, part, ref Unsafe.Add(ref tile, 4 * width), width);
            return;
        }
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (part.First > 0)
        {
            s0 = Vector512.LoadUnsafe(ref tile);
            s1 = Vector512.LoadUnsafe(ref tile, width);
            s2 = Vector512.LoadUnsafe(ref tile, 2 * width);
            s3 = Vector512.LoadUnsafe(ref tile, 3 * width);
            s4 = Vector512.LoadUnsafe(ref tile, 4 * width);
            s5 = Vector512.LoadUnsafe(ref tile, 5 * width);
            s6 = Vector512.LoadUnsafe(ref tile, 6 * width);
            s7 = Vector512.LoadUnsafe(ref tile, 7 * width);
        }
        ref float fifth = ref Unsafe.Add(ref a, 4 * d);
        nuint one = (nuint)d, three = (nuint)(3 * d);
        for (nuint k = (nuint)part.First; k < (nuint)part.EndExcl; k++)
        {
            var column = Vector512.LoadUnsafe(ref b, Panel * k);
            ref float x = ref Unsafe.Add(ref a, k), y = ref Unsafe.Add(ref fifth, k);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(x), column, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref x, one)), column, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref x, 2 * one)), column, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref x, three)), column, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Create(y), column, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref y, one)), column, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref y, 2 * one)), column, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref y, three)), column, s7);
        }
        s0.StoreUnsafe(ref tile);
        s1.StoreUnsafe(ref tile, width);
        s2.StoreUnsafe(ref tile, 2 * width);
        s3.StoreUnsafe(ref tile, 3 * width);
        s4.StoreUnsafe(ref tile, 4 * width);
        s5.StoreUnsafe(ref tile, 5 * width);
        s6.StoreUnsafe(ref tile, 6 * width);
        s7.StoreUnsafe(ref tile, 7 * width);
    }

    /// <summary>products[16 p + c] = &lt;x, row c of panel p&gt; for <paramref name="panels"/> panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneRow(ref float x, ref float b, int d, int panels, ref float products)
    {
        nuint stride = (nuint)(Panel * d);
        // The last eight may overlap those before: the same products again, with the same bits.
        for (int done = 0; panels >= 8 && done < panels; done += 8)
        {
            nuint panel = (nuint)Math.Min(done, panels - 8);
            ref float b0 = ref Unsafe.Add(ref b, panel * stride), o = ref Unsafe.Add(ref products, panel * Panel);
            ref float b2 = ref Unsafe.Add(ref b0, 2 * stride), b4 = ref Unsafe.Add(ref b0, 4 * stride), b6 = ref Unsafe.Add(ref b0, 6 * stride);
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nuint k = 0; k < (nuint)d; k++)
            {
                var v = Vector512.Create(Unsafe.Add(ref x, k));
                nuint at = k * Panel;
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b0, at), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b0, at + stride), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b2, at), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b2, at + stride), s3);
                s4 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b4, at), s4);
                s5 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b4, at + stride), s5);
                s6 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b6, at), s6);
                s7 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref b6, at + stride), s7);
            }
            s0.StoreUnsafe(ref o);
            s1.StoreUnsafe(ref o, Panel);
            s2.StoreUnsafe(ref o, 2 * Panel);
            s3.StoreUnsafe(ref o, 3 * Panel);
            s4.StoreUnsafe(ref o, 4 * Panel);
            s5.StoreUnsafe(ref o, 5 * Panel);
            s6.StoreUnsafe(ref o, 6 * Panel);
            s7.StoreUnsafe(ref o, 7 * Panel);
        }
        for (; panels is > 0 and < 8; panels--)
        {
            Vector256<float> s0 = default, s1 = default;
            for (nuint k = 0; k < (nuint)d; k++)
            {
                var v = Vector256.Create(Unsafe.Add(ref x, k));
                s0 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref b, k * Panel), s0);
                s1 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref b, k * Panel + Half), s1);
            }
            s0.StoreUnsafe(ref products);
            s1.StoreUnsafe(ref products, Half);
            b = ref Unsafe.Add(ref b, stride);
            products = ref Unsafe.Add(ref products, Panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Load(out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, ref float row)
    {
        first = Vector512.LoadUnsafe(ref row);
        second = Vector512.LoadUnsafe(ref row, Panel);
        third = Vector512.LoadUnsafe(ref row, 2 * Panel);
    }

    static void Store(Vector512<float> first, Vector512<float> second, Vector512<float> third, ref float row)
    {
        first.StoreUnsafe(ref row);
        second.StoreUnsafe(ref row, Panel);
        third.StoreUnsafe(ref row, 2 * Panel);
    }
}
