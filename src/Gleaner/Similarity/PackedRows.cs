using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// Rows laid out for many inner products at once: panels of 16 rows, coordinate by coordinate, so that one load meets 16 rows.
/// A product has the same bits whichever method makes it; see <see cref="InnerProducts"/>.
/// </summary>
sealed class PackedRows
{
    public const int PanelRows = 16;

    /// <summary>So many bytes of panels stay in the second-level cache while rows pass by them.</summary>
    const int BlockBytes = 256 << 10;

    readonly float[] _panels;

    PackedRows(float[] panels, int count, int dimension) => (_panels, Count, Dimension) = (panels, count, dimension);

    public int Count { get; }

    public int Dimension { get; }

    public int Panels => (Count + PanelRows - 1) / PanelRows;

    /// <summary>Panels x 16: the count, rounded up.</summary>
    public int Capacity => Panels * PanelRows;

    /// <summary>How many panels, a multiple of three, stay cached while rows pass by them.</summary>
    public int BlockPanels => Math.Max(1, BlockBytes / (PanelRows * Dimension * sizeof(float)) / TilePanels) * TilePanels;

    /// <summary>How many panels a full tile spans, and how many rows and columns it has.</summary>
    public const int TilePanels = 3, TileRows = InnerProducts.Rows, TileColumns = TilePanels * PanelRows;

    /// <summary>Packs <paramref name="count"/> rows; the last panel is filled up with zeros.</summary>
    public static PackedRows Pack(ReadOnlySpan<float> rows, int count, int dimension)
    {
        var panels = GC.AllocateUninitializedArray<float>(checked((count + PanelRows - 1) / PanelRows * PanelRows * dimension));
        panels.AsSpan(count / PanelRows * PanelRows * dimension).Clear();
        for (int i = 0; i < count;)
        {
            ref float into = ref panels[i / PanelRows * PanelRows * dimension + i % PanelRows];
            int together = count - i >= 4 && i % 4 == 0 ? 4 : 1, k = together == 4 ? Pack4(rows.Slice(i * dimension, 4 * dimension), dimension, ref into) : 0;
            for (; k < dimension; k++)
                for (int r = 0; r < together; r++) Unsafe.Add(ref into, k * PanelRows + r) = rows[(i + r) * dimension + k];
            i += together;
        }
        return new PackedRows(panels, count, dimension);
    }

    // Four coordinates of four rows at a time; returns how many coordinates that were.
    static int Pack4(ReadOnlySpan<float> rows, int dimension, ref float into)
    {
        int k = 0;
        for (; k + 4 <= dimension; k += 4)
        {
            var (a, b) = (Vector128.Create(rows.Slice(k, 4)), Vector128.Create(rows.Slice(dimension + k, 4)));
            var (c, d) = (Vector128.Create(rows.Slice(2 * dimension + k, 4)), Vector128.Create(rows.Slice(3 * dimension + k, 4)));
            Transpose4x4.Run(ref a, ref b, ref c, ref d);
            ref float at = ref Unsafe.Add(ref into, k * PanelRows);
            a.StoreUnsafe(ref at);
            b.StoreUnsafe(ref at, PanelRows);
            c.StoreUnsafe(ref at, 2 * PanelRows);
            d.StoreUnsafe(ref at, 3 * PanelRows);
        }
        return k;
    }

    /// <summary>products[j] = &lt;row, j-th packed row&gt; for all j. <paramref name="products"/> has <see cref="Capacity"/> places.</summary>
    public void Multiply(ReadOnlySpan<float> row, Span<float> products)
    {
        Check(row.Length >= Dimension && products.Length >= Capacity);
        InnerProducts.OneRow(ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetArrayDataReference(_panels), Dimension, Panels, ref MemoryMarshal.GetReference(products));
    }

    /// <summary>
    /// Products of eight rows with the panels from <paramref name="panel"/> to <paramref name="endExcl"/>, at most three of them:
    /// tile[48 r + c] for row r and the c-th packed row from the first panel on. Returns how many panels that were: three, or one.
    /// </summary>
    public int MultiplyTile(ReadOnlySpan<float> eightRows, int panel, int endExcl, Span<float> tile)
    {
        Check(eightRows.Length >= TileRows * Dimension && tile.Length >= TileRows * TileColumns && panel >= 0 && panel < endExcl && endExcl <= Panels);
        return Multiply(ref MemoryMarshal.GetReference(eightRows), panel, endExcl, ref MemoryMarshal.GetReference(tile), TileColumns);
    }

    int Multiply(ref float eightRows, int panel, int endExcl, ref float products, int width)
    {
        ref float columns = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), (nint)panel * PanelRows * Dimension);
        if (endExcl - panel >= TilePanels)
        {
            InnerProducts.ThreePanels(ref eightRows, ref columns, Dimension, ref products, (nuint)width);
            return TilePanels;
        }
        InnerProducts.OnePanel(ref eightRows, ref columns, Dimension, ref products, (nuint)width);
        return 1;
    }

    /// <summary>products[r x <see cref="Capacity"/> + j] = &lt;r-th row, j-th packed row&gt; for <paramref name="count"/> rows that lie one behind the other.</summary>
    public void MultiplyRows(ReadOnlySpan<float> rows, int count, Span<float> products)
    {
        for (int block = 0; block < Panels; block += BlockPanels) Multiply(rows, count, block, Math.Min(Panels, block + BlockPanels), products, Capacity, block * PanelRows);
    }

    /// <summary>As the other, for the panels from <paramref name="panel"/> to <paramref name="endExcl"/> alone: products[r x their columns + c].</summary>
    public void MultiplyRows(ReadOnlySpan<float> rows, int count, int panel, int endExcl, Span<float> products) =>
        Multiply(rows, count, panel, endExcl, products, (endExcl - panel) * PanelRows, at: 0);

    // Writes the products of the first row from a place on, those of the next a width further.
    void Multiply(ReadOnlySpan<float> rows, int count, int begin, int endExcl, Span<float> products, int width, int at)
    {
        int columns = (endExcl - begin) * PanelRows;
        Check(rows.Length >= count * Dimension && products.Length >= count * width && at + columns <= width && begin >= 0 && endExcl <= Panels);
        float[]? filled = null;
        float[]? tail = count % TileRows == 0 ? null : new float[TileRows * columns];
        for (int first = 0; first < count; first += TileRows)
        {
            var eight = EightRows(rows[..(count * Dimension)], first, Dimension, ref filled);
            bool whole = count - first >= TileRows;
            ref float into = ref whole ? ref products[first * width + at] : ref tail![0];
            for (int panel = begin; panel < endExcl;)
                panel += Multiply(ref MemoryMarshal.GetReference(eight), panel, endExcl, ref Unsafe.Add(ref into, (panel - begin) * PanelRows), whole ? width : columns);
        }
        for (int r = count / TileRows * TileRows; r < count; r++) tail.AsSpan(r % TileRows * columns, columns).CopyTo(products[(r * width + at)..]);
    }

    /// <summary>The eight rows from <paramref name="first"/> on: a part of <paramref name="rows"/>, or a copy filled up with zeros at their end.</summary>
    public static ReadOnlySpan<float> EightRows(ReadOnlySpan<float> rows, int first, int dimension, ref float[]? filled)
    {
        var from = rows[(first * dimension)..];
        if (from.Length >= TileRows * dimension) return from[..(TileRows * dimension)];
        filled = new float[TileRows * dimension];
        from.CopyTo(filled);
        return filled;
    }

    // The loops behind these doors do not check their bounds.
    static void Check(bool inside)
    {
        if (!inside) throw new ArgumentOutOfRangeException(null, "Rows, panels or products lie outside their spans.");
    }
}
