using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// Rows laid out for many inner products at once: panels of 16 rows, coordinate by coordinate, so that one load meets 16 rows.
/// Each product is summed over the coordinates in ascending order with fused multiply-adds, whatever the tile, so &lt;a, b&gt; = &lt;b, a&gt;
/// and a plain loop gives the same bits.
/// </summary>
internal sealed class PackedRows
{
    public const int PanelRows = 16;
    const int Lanes = 8, RowTile = 6;

    readonly float[] _panels;

    PackedRows(float[] panels, int count, int dimension) => (_panels, Count, Dimension) = (panels, count, dimension);

    public int Count { get; }

    public int Dimension { get; }

    public int Panels => (Count + PanelRows - 1) / PanelRows;

    /// <summary>Packs <paramref name="count"/> rows; the last panel is filled up with zeros.</summary>
    public static PackedRows Pack(ReadOnlySpan<float> rows, int count, int dimension)
    {
        var panels = new float[checked((count + PanelRows - 1) / PanelRows * PanelRows * dimension)];
        for (int i = 0; i < count; i++)
        {
            var row = rows.Slice(i * dimension, dimension);
            int start = i / PanelRows * PanelRows * dimension + i % PanelRows;
            for (int k = 0; k < row.Length; k++) panels[start + k * PanelRows] = row[k];
        }
        return new PackedRows(panels, count, dimension);
    }

    /// <summary>products[j] = &lt;row, j-th packed row&gt; for all j. <paramref name="products"/> has Panels x 16 places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
    public void Multiply(ReadOnlySpan<float> row, Span<float> products)
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        ref float output = ref MemoryMarshal.GetReference(products);
        int panel = 0, panels = Panels, stride = PanelRows * Dimension;
        for (; panel + 4 <= panels; panel += 4)
        {
            ref float b = ref _panels[panel * stride];
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (int k = 0; k < Dimension; k++)
            {
                var xk = Vector256.Create(Unsafe.Add(ref x, k));
                ref float bk = ref Unsafe.Add(ref b, k * PanelRows);
                s0 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk), s0);
                s1 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, Lanes), s1);
                s2 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)stride), s2);
                s3 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)stride + Lanes), s3);
                s4 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)(2 * stride)), s4);
                s5 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)(2 * stride) + Lanes), s5);
                s6 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)(3 * stride)), s6);
                s7 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref bk, (nuint)(3 * stride) + Lanes), s7);
            }
            ref float o = ref Unsafe.Add(ref output, panel * PanelRows);
            s0.StoreUnsafe(ref o);
            s1.StoreUnsafe(ref o, Lanes);
            s2.StoreUnsafe(ref o, 2 * Lanes);
            s3.StoreUnsafe(ref o, 3 * Lanes);
            s4.StoreUnsafe(ref o, 4 * Lanes);
            s5.StoreUnsafe(ref o, 5 * Lanes);
            s6.StoreUnsafe(ref o, 6 * Lanes);
            s7.StoreUnsafe(ref o, 7 * Lanes);
        }
        for (; panel < panels; panel++)
        {
            ref float b = ref _panels[panel * stride];
            Vector256<float> s0 = default, s1 = default;
            for (int k = 0; k < Dimension; k++)
            {
                var xk = Vector256.Create(Unsafe.Add(ref x, k));
                s0 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref b, (nuint)(k * PanelRows)), s0);
                s1 = Vector256.FusedMultiplyAdd(xk, Vector256.LoadUnsafe(ref b, (nuint)(k * PanelRows + Lanes)), s1);
            }
            s0.StoreUnsafe(ref output, (nuint)(panel * PanelRows));
            s1.StoreUnsafe(ref output, (nuint)(panel * PanelRows + Lanes));
        }
    }

    /// <summary>Inner products of up to six rows with all packed rows: products[r x (Panels x 16) + j].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyRows(ReadOnlySpan<float> rows, int rowCount, Span<float> products)
    {
        int width = Panels * PanelRows;
        if (rowCount < RowTile)
        {
            for (int r = 0; r < rowCount; r++) Multiply(rows.Slice(r * Dimension, Dimension), products.Slice(r * width, width));
            return;
        }
        ref float x = ref MemoryMarshal.GetReference(rows);
        int d = Dimension;
        for (int panel = 0; panel < Panels; panel++)
        {
            ref float b = ref _panels[panel * PanelRows * d];
            Vector256<float> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default,
                a3 = default, b3 = default, a4 = default, b4 = default, a5 = default, b5 = default;
            for (int k = 0; k < d; k++)
            {
                var low = Vector256.LoadUnsafe(ref b, (nuint)(k * PanelRows));
                var high = Vector256.LoadUnsafe(ref b, (nuint)(k * PanelRows + Lanes));
                ref float xk = ref Unsafe.Add(ref x, k);
                var v = Vector256.Create(xk);
                a0 = Vector256.FusedMultiplyAdd(v, low, a0); b0 = Vector256.FusedMultiplyAdd(v, high, b0);
                v = Vector256.Create(Unsafe.Add(ref xk, d));
                a1 = Vector256.FusedMultiplyAdd(v, low, a1); b1 = Vector256.FusedMultiplyAdd(v, high, b1);
                v = Vector256.Create(Unsafe.Add(ref xk, 2 * d));
                a2 = Vector256.FusedMultiplyAdd(v, low, a2); b2 = Vector256.FusedMultiplyAdd(v, high, b2);
                v = Vector256.Create(Unsafe.Add(ref xk, 3 * d));
                a3 = Vector256.FusedMultiplyAdd(v, low, a3); b3 = Vector256.FusedMultiplyAdd(v, high, b3);
                v = Vector256.Create(Unsafe.Add(ref xk, 4 * d));
                a4 = Vector256.FusedMultiplyAdd(v, low, a4); b4 = Vector256.FusedMultiplyAdd(v, high, b4);
                v = Vector256.Create(Unsafe.Add(ref xk, 5 * d));
                a5 = Vector256.FusedMultiplyAdd(v, low, a5); b5 = Vector256.FusedMultiplyAdd(v, high, b5);
            }
            Store(products, panel * PanelRows, a0, b0);
            Store(products, width + panel * PanelRows, a1, b1);
            Store(products, 2 * width + panel * PanelRows, a2, b2);
            Store(products, 3 * width + panel * PanelRows, a3, b3);
            Store(products, 4 * width + panel * PanelRows, a4, b4);
            Store(products, 5 * width + panel * PanelRows, a5, b5);
        }
    }

    /// <summary>How many rows <see cref="MultiplyRows"/> takes at once.</summary>
    public static int RowsAtOnce => RowTile;

    static void Store(Span<float> products, int at, Vector256<float> low, Vector256<float> high)
    {
        low.CopyTo(products[at..]);
        high.CopyTo(products[(at + Lanes)..]);
    }
}
