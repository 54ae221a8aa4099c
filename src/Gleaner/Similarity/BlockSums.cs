using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Sums of rounded similarities over blocks of products that are never stored: exact, so in any order, on any number of threads.</summary>
static class BlockSums
{
    const int Tile = PackedRows.TileRows, Columns = PackedRows.TileColumns, Lanes = 16;

    /// <summary>Rows that one task takes to one block of panels.</summary>
    const int TaskRows = 1024;

    /// <summary>
    /// sum_j s_ij for all i: each pair of different images is multiplied once and counted for both. With <paramref name="covered"/>, m, what is above it alone:
    /// sum_j max(0, s_ij - m_j).
    /// </summary>
    public static double[] OfAllPairs(ReadOnlyMemory<float> rows, PackedRows packed, float threshold, int threads, CancellationToken cancel, float[]? covered = null)
    {
        var m = new int[packed.Capacity];
        for (int j = 0; j < covered?.Length; j++) m[j] = (int)(covered[j] * SimilarityGrid.PerUnit);
        int n = packed.Count, block = packed.BlockPanels;
        var tasks = new List<(int Row, int Panel)>();
        for (int panel = 0; panel < packed.Panels; panel += block)
            for (int row = 0; row < n && row / PackedRows.PanelRows < panel + block; row += TaskRows) tasks.Add((row, panel));

        var total = new long[packed.Capacity];
        Parallel.ForEach(tasks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, task =>
        {
            int endRow = Math.Min(n, task.Row + TaskRows), endPanel = Math.Min(packed.Panels, task.Panel + block), columns = task.Panel * PackedRows.PanelRows;
            var ofRows = new long[TaskRows];
            var ofColumns = new long[(endPanel - task.Panel) * PackedRows.PanelRows];
            var tile = new float[Tile * Columns];
            float[]? filled = null;
            void CountTile(int panels, int row, int panel, Span<long> ofRows, Span<long> ofColumns)
            {
                Span<int> rowCovered = m.AsSpan(row), columnCovered = m.AsSpan(panel * PackedRows.PanelRows);
                if (covered is null) Count<Whole>(tile, panels, threshold, rowCovered, columnCovered, ofRows, ofColumns);
                else Count<Above>(tile, panels, threshold, rowCovered, columnCovered, ofRows, ofColumns);
            }
            for (int first = task.Row; first < endRow; first += Tile)
            {
                int own = first / PackedRows.PanelRows;
                if (own >= endPanel) break;
                var eight = PackedRows.EightRows(rows.Span, first, packed.Dimension, ref filled);
                var sums = ofRows.AsSpan(first - task.Row, Tile);
                if (own >= task.Panel)
                {
                    packed.MultiplyTile(eight, own, own + 1, tile); // both orders of a pair are in the panel's own square
                    CountTile(1, first, own, sums, []);
                }
                for (int panel = Math.Max(own + 1, task.Panel); panel < endPanel;)
                {
                    int panels = packed.MultiplyTile(eight, panel, endPanel, tile);
                    CountTile(panels, first, panel, sums, ofColumns.AsSpan(panel * PackedRows.PanelRows - columns));
                    panel += panels;
                }
            }
            lock (total)
            {
                for (int r = 0; r < endRow - task.Row; r++) total[task.Row + r] += ofRows[r];
                for (int c = 0; c < ofColumns.Length; c++) total[columns + c] += ofColumns[c];
            }
        });
        return Array.ConvertAll(total[..n], steps => steps * SimilarityGrid.Step);
    }

    // Adds a tile's rounded products to the sums of its rows, less what covers the columns, and of its columns, less what covers the rows, unless these are empty.
    // In int32, eight or three at a time cannot overflow: rows are at most a rounding longer than 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Count<TPart>(ReadOnlySpan<float> tile, int panels, float threshold, ReadOnlySpan<int> rowCovered, ReadOnlySpan<int> columnCovered, Span<long> ofRows, Span<long> ofColumns) where TPart : IPart
    {
        ref float product = ref MemoryMarshal.GetReference(tile);
        var least = Vector512.Create(threshold);
        bool three = panels == PackedRows.TilePanels;
        Vector512<int> c0 = default, c1 = default, c2 = default, m1 = default, m2 = default;
        var m0 = Vector512.Create(columnCovered[..Lanes]);
        if (three) (m1, m2) = (Vector512.Create(columnCovered.Slice(Lanes, Lanes)), Vector512.Create(columnCovered.Slice(2 * Lanes, Lanes)));
        for (int r = 0; r < Tile; r++)
        {
            var m = Vector512.Create(rowCovered[r]);
            var s0 = SimilarityGrid.Steps(Vector512.LoadUnsafe(ref product, (nuint)(r * Columns)), least);
            c0 += TPart.Of(s0, m);
            s0 = TPart.Of(s0, m0);
            if (three)
            {
                var s1 = SimilarityGrid.Steps(Vector512.LoadUnsafe(ref product, (nuint)(r * Columns + Lanes)), least);
                var s2 = SimilarityGrid.Steps(Vector512.LoadUnsafe(ref product, (nuint)(r * Columns + 2 * Lanes)), least);
                c1 += TPart.Of(s1, m);
                c2 += TPart.Of(s2, m);
                s0 += TPart.Of(s1, m1) + TPart.Of(s2, m2);
            }
            ofRows[r] += Vector512.Sum(Vector512.WidenLower(s0) + Vector512.WidenUpper(s0));
        }
        if (ofColumns.IsEmpty) return;
        AddTo(ofColumns, c0);
        if (!three) return;
        AddTo(ofColumns[Lanes..], c1);
        AddTo(ofColumns[(2 * Lanes)..], c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddTo(Span<long> sums, Vector512<int> steps)
    {
        var (low, high) = Vector512.Widen(steps);
        (Vector512.Create<long>(sums[..8]) + low).CopyTo(sums);
        (Vector512.Create<long>(sums.Slice(8, 8)) + high).CopyTo(sums[8..]);
    }

    /// <summary>What of similarities s counts where m is covered, both in steps of the grid.</summary>
    interface IPart
    {
        static abstract Vector512<int> Of(Vector512<int> s, Vector512<int> m);
    }

    readonly struct Whole : IPart
    {
        public static Vector512<int> Of(Vector512<int> s, Vector512<int> m) => s;
    }

    readonly struct Above : IPart
    {
        public static Vector512<int> Of(Vector512<int> s, Vector512<int> m) => Vector512.Max(s, m) - m;
    }
}
