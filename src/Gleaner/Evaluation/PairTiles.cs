namespace Gleaner;

/// <summary>Inner products of rows with packed rows, a few at a time and never stored: for sums and extremes over pairs of images.</summary>
static class PairTiles
{
    /// <summary>Some products of row <paramref name="row"/>: with the packed rows from <paramref name="column"/> on.</summary>
    public delegate void Visitor(int row, int column, Span<float> products);

    /// <summary>Shows the products of the rows from <paramref name="first"/> to <paramref name="endExcl"/> with the packed rows from <paramref name="columnFirst"/> to <paramref name="columnEndExcl"/>, each once.</summary>
    public static void Visit(ReadOnlySpan<float> rows, int first, int endExcl, PackedRows packed, int columnFirst, int columnEndExcl, Visitor visit)
    {
        const int Strip = PackedRows.StripRows, Width = PackedRows.TileColumns, Panel = PackedRows.PanelRows;
        var tiles = new float[Strip * Width];
        float[]? filled = null;
        int lastPanel = (columnEndExcl + Panel - 1) / Panel;
        rows = rows[..(endExcl * packed.Dimension)];
        for (int row = first; row < endExcl; row += Strip)
        {
            int end = Math.Min(row + Strip, endExcl), whole = PackedRows.WholeTiles(end - row);
            var strip = PackedRows.Strip(rows, row, whole, packed.Dimension, ref filled);
            for (int panel = columnFirst / Panel; panel < lastPanel;)
            {
                int panels = packed.MultiplyTiles(strip, whole, panel, lastPanel, tiles), column = panel * Panel;
                int from = Math.Max(column, columnFirst), to = Math.Min(column + panels * Panel, columnEndExcl);
                for (int r = row; r < end; r++) visit(r, from, tiles.AsSpan((r - row) * Width + from - column, to - from));
                panel += panels;
            }
        }
    }
}
