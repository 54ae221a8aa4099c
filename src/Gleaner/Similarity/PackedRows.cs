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

    /// <summary>Rows that pass by three panels together.</summary>
    public const int StripRows = 64;

    /// <summary>So many coordinates of three panels stay in the first-level cache: 24 KB.</summary>
    const int PartCoordinates = 128;

    /// <summary>How many panels a full tile spans, and how many rows and columns it has.</summary>
    public const int TilePanels = 3, TileRows = InnerProducts.Rows, TileColumns = TilePanels * PanelRows;

    /// <summary>Packs <paramref name="count"/> rows; the last panel is filled up with zeros.</summary>
    public static PackedRows Pack(ReadOnlySpan<float> rows, int count, int dimension)
    {
        var panels = LargeArray.Allocate<float>(checked((count + PanelRows - 1) / PanelRows * PanelRows * dimension));
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
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
    /// Products of eight rows, or of several times eight, with the panels from <paramref name="panel"/> to <paramref name="endExcl"/>, at most three of them:
    /// tiles[48 r + c] for row r and the c-th packed row from the first panel on. Returns how many panels that were: three, or one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int MultiplyTiles(ReadOnlySpan<float> rows, int count, int panel, int endExcl, Span<float> tiles)
    {
        Check(count % TileRows == 0 && rows.Length >= count * Dimension && tiles.Length >= count * TileColumns && panel >= 0 && panel < endExcl && endExcl <= Panels);
        return Multiply(ref MemoryMarshal.GetReference(rows), count, panel, endExcl, ref MemoryMarshal.GetReference(tiles), TileColumns);
    }

    // As many coordinates at a time as stay cached of three panels while all rows pass by them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int Multiply(ref float rows, int count, int panel, int endExcl, ref float products, int width)
    {
        ref float columns = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), (nint)panel * PanelRows * Dimension);
        int parts = (Dimension + PartCoordinates - 1) / PartCoordinates;
        bool three = endExcl - panel >= TilePanels;
        for (int p = 0; p < parts; p++)
        {
            var part = (p * Dimension / parts, (p + 1) * Dimension / parts);
            for (int r = 0; r < count; r += TileRows)
            {
                ref float eight = ref Unsafe.Add(ref rows, r * Dimension), tile = ref Unsafe.Add(ref products, r * width);
                if (three) InnerProducts.ThreePanels(ref eight, ref columns, Dimension, part, ref tile, (nuint)width);
                else InnerProducts.OnePanel(ref eight, ref columns, Dimension, part, ref tile, (nuint)width);
            }
        }
        return three ? TilePanels : 1;
    }

    /// <summary>products[r x <see cref="Capacity"/> + j] = &lt;r-th row, j-th packed row&gt; for <paramref name="count"/> rows that lie one behind the other.</summary>
    public void MultiplyRows(ReadOnlySpan<float> rows, int count, Span<float> products) => MultiplyRows(rows, count, 0, Panels, products);

    /// <summary>As the other, for the panels from <paramref name="panel"/> to <paramref name="endExcl"/> alone: products[r x their columns + c].</summary>
    public void MultiplyRows(ReadOnlySpan<float> rows, int count, int panel, int endExcl, Span<float> products)
    {
        int width = (endExcl - panel) * PanelRows, whole = count / TileRows * TileRows;
        Check(rows.Length >= count * Dimension && products.Length >= count * width && panel >= 0 && endExcl <= Panels);
        for (int first = 0; first < whole; first += StripRows)
            MultiplyWholeTiles(rows[(first * Dimension)..], Math.Min(StripRows, whole - first), panel, endExcl, products[(first * width)..], width);
        if (whole == count) return;
        float[]? filled = null;
        var tail = new float[TileRows * width];
        MultiplyWholeTiles(Strip(rows[..(count * Dimension)], whole, TileRows, Dimension, ref filled), TileRows, panel, endExcl, tail, width);
        tail.AsSpan(0, (count - whole) * width).CopyTo(products[(whole * width)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void MultiplyWholeTiles(ReadOnlySpan<float> rows, int count, int begin, int endExcl, Span<float> products, int width)
    {
        for (int panel = begin; panel < endExcl;)
            panel += Multiply(ref MemoryMarshal.GetReference(rows), count, panel, endExcl, ref products[(panel - begin) * PanelRows], width);
    }

    /// <summary>A number of rows, rounded up to whole tiles.</summary>
    public static int WholeTiles(int rows) => (rows + TileRows - 1) / TileRows * TileRows;

    /// <summary>The <paramref name="count"/> rows from <paramref name="first"/> on: a part of <paramref name="rows"/>, or a copy filled up with zeros at their end.</summary>
    public static ReadOnlySpan<float> Strip(ReadOnlySpan<float> rows, int first, int count, int dimension, ref float[]? filled)
    {
        var from = rows[(first * dimension)..];
        if (from.Length >= count * dimension) return from[..(count * dimension)];
        filled = new float[count * dimension];
        from.CopyTo(filled);
        return filled;
    }

    // The loops behind these doors do not check their bounds.
    static void Check(bool inside)
    {
        if (!inside) throw new ArgumentOutOfRangeException(null, "Rows, panels or products lie outside their spans.");
    }
}
