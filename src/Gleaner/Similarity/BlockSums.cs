using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Sums of rounded similarities over blocks of products that are never stored: exact, so in any order, on any number of threads.</summary>
static class BlockSums
{
    const int Tile = PackedRows.TileRows, Columns = PackedRows.TileColumns, Strip = PackedRows.StripRows, Lanes = 16;

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
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.ForEach(tasks, parallel, () => new Block(rows, packed, threshold, m, isCovered: covered is not null), (task, _, block) =>
        {
            block.Sum(task.Row, task.Panel);
            lock (total) block.AddTo(total);
            return block;
        }, _ => { });
        return Array.ConvertAll(total[..n], steps => steps * SimilarityGrid.Step);
    }

    /// <summary>The sums over one block of rows and panels.</summary>
    sealed class Block(ReadOnlyMemory<float> rows, PackedRows packed, float threshold, int[] m, bool isCovered)
    {
        readonly long[] _ofRows = new long[TaskRows], _ofColumns = new long[packed.BlockPanels * PackedRows.PanelRows];
        readonly float[] _tiles = new float[Strip * Columns];
        float[]? _filled;
        int _row, _panel;

        /// <summary>Takes the products of the rows from <paramref name="row"/> on with the panels from <paramref name="panel"/> on, each pair once.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
        public void Sum(int row, int panel)
        {
            (_row, _panel) = (row, panel);
            Array.Clear(_ofRows);
            Array.Clear(_ofColumns);
            int endRow = Math.Min(packed.Count, row + TaskRows), endPanel = Math.Min(packed.Panels, panel + packed.BlockPanels);
            for (int first = row; first < endRow && first / PackedRows.PanelRows < endPanel; first += Strip)
            {
                int count = PackedRows.WholeTiles(Math.Min(Strip, endRow - first)), next = (first + count - 1) / PackedRows.PanelRows + 1;
                for (int eight = first; eight < first + count && next > panel; eight += Tile) CountFromOwn(eight, Math.Min(next, endPanel));
                Count(first, count, Math.Max(next, panel), endPanel);
            }
        }

        /// <summary>Adds what was summed to the sums of all rows.</summary>
        public void AddTo(long[] total)
        {
            for (int r = 0; r < Math.Min(TaskRows, total.Length - _row); r++) total[_row + r] += _ofRows[r];
            int first = _panel * PackedRows.PanelRows;
            for (int c = 0; c < Math.Min(_ofColumns.Length, total.Length - first); c++) total[first + c] += _ofColumns[c];
        }

        // Eight rows with the panel that they are in themselves, a square that has both orders of a pair, and with those that follow.
        void CountFromOwn(int row, int endPanel)
        {
            int own = row / PackedRows.PanelRows;
            if (own >= _panel && own < endPanel)
            {
                packed.MultiplyTiles(PackedRows.Strip(rows.Span, row, Tile, packed.Dimension, ref _filled), Tile, own, own + 1, _tiles);
                CountTile(row, row, own, 1, []);
            }
            Count(row, Tile, Math.Max(own + 1, _panel), endPanel);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Count(int first, int count, int panel, int endExcl)
        {
            if (panel >= endExcl) return;
            var strip = PackedRows.Strip(rows.Span, first, count, packed.Dimension, ref _filled);
            while (panel < endExcl)
            {
                int panels = packed.MultiplyTiles(strip, count, panel, endExcl, _tiles);
                var ofColumns = _ofColumns.AsSpan((panel - _panel) * PackedRows.PanelRows);
                for (int row = first; row < first + count; row += Tile) CountTile(first, row, panel, panels, ofColumns);
                panel += panels;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void CountTile(int first, int row, int panel, int panels, Span<long> ofColumns)
        {
            Span<float> tile = _tiles.AsSpan((row - first) * Columns);
            var sums = _ofRows.AsSpan(row - _row);
            Span<int> rowCovered = m.AsSpan(row), columnCovered = m.AsSpan(panel * PackedRows.PanelRows);
            if (isCovered) BlockSums.Count<Above>(tile, panels, threshold, rowCovered, columnCovered, sums, ofColumns);
            else BlockSums.Count<Whole>(tile, panels, threshold, rowCovered, columnCovered, sums, ofColumns);
        }
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
