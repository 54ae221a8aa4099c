namespace Gleaner;

/// <summary>An RGB picture to draw small images and words on.</summary>
sealed class Canvas
{
    public Canvas(int width, int height, (byte R, byte G, byte B) background)
    {
        (Width, Height, Pixels) = (width, height, new byte[checked(width * height * 3)]);
        Fill(0, 0, width, height, background);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }

    public void Fill(int left, int top, int width, int height, (byte R, byte G, byte B) color)
    {
        for (int y = top; y < top + height; y++)
            for (int x = left; x < left + width; x++) Set(x, y, color);
    }

    /// <summary>Draws a square image scaled to <paramref name="side"/> pixels by repeating or skipping pixels.</summary>
    public void Draw(ReadOnlySpan<byte> rgb, int size, int left, int top, int side)
    {
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++)
            {
                var p = rgb.Slice((y * size / side * size + x * size / side) * 3, 3);
                Set(left + x, top + y, (p[0], p[1], p[2]));
            }
    }

    /// <summary>Writes <paramref name="text"/> with pixels of <paramref name="scale"/> x <paramref name="scale"/>.</summary>
    public void Write(string text, int left, int top, int scale, (byte R, byte G, byte B) color)
    {
        foreach (char character in text)
        {
            for (int y = 0; y < PixelFont.Height; y++)
                for (int x = 0; x < PixelFont.Width; x++)
                    if (PixelFont.IsSet(character, x, y)) Fill(left + x * scale, top + y * scale, scale, scale, color);
            left += TextWidth(" ", scale);
        }
    }

    public static int TextWidth(string text, int scale) => text.Length * (PixelFont.Width + 1) * scale;

    void Set(int x, int y, (byte R, byte G, byte B) color)
    {
        int at = (y * Width + x) * 3;
        (Pixels[at], Pixels[at + 1], Pixels[at + 2]) = color;
    }
}
