namespace Gleaner.Cli;

/// <summary>Images as features without any network: what a trained encoder must beat.</summary>
static class RawPixels
{
    const int MostPlaces = 32;

    /// <summary>Red, green and blue of every listed image, less the middle grey and averaged down to at most 32 x 32 places.</summary>
    /// <returns>Row after row, and how many numbers a row has.</returns>
    public static (float[] Rows, int Dimension) Of(DecodedImages images, IReadOnlyList<int> indices)
    {
        int size = images.Size, block = (size + MostPlaces - 1) / MostPlaces, side = size / block, d = side * side * 3;
        var rows = new float[checked(indices.Count * d)];
        Parallel.For(0, indices.Count, i =>
        {
            var rgb = images.Pixels(indices[i]);
            var row = rows.AsSpan(i * d, d);
            for (int y = 0; y < side * block; y++)
                for (int x = 0; x < side * block; x++)
                    for (int c = 0; c < 3; c++) row[(y / block * side + x / block) * 3 + c] += rgb[(y * size + x) * 3 + c] - 127.5f;
        });
        return (rows, d);
    }
}
