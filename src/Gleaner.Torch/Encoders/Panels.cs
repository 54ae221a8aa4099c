namespace Gleaner.Torch;

/// <summary>The layout that <see cref="TileProducts"/> takes on the right: a matrix (rows, columns) as (columns / width, rows, width), zero behind the last column.</summary>
static unsafe class Panels
{
    /// <summary>Columns in a panel.</summary>
    public static int Width(int columns) => (columns + 15) / 16 % 2 == 0 ? 32 : 16;

    /// <summary>Panels of a matrix.</summary>
    public static int Of(int columns) => (columns + Width(columns) - 1) / Width(columns);

    /// <summary>Numbers in all panels.</summary>
    public static long Count(int rows, int columns) => (long)rows * Of(columns) * Width(columns);

    /// <summary>Writes one of the rows.</summary>
    public static void Write(float* numbers, int row, int rows, int columns, float* panels)
    {
        int width = Width(columns);
        for (int column = 0; column < columns; column += width)
        {
            var to = new Span<float>(panels + ((nint)column * rows + (nint)row * width), width);
            int count = Math.Min(width, columns - column);
            new ReadOnlySpan<float>(numbers + column, count).CopyTo(to);
            to[count..].Clear();
        }
    }
}
