namespace Gleaner.Torch.Tests;

/// <summary>Small coloured images that differ, by formula.</summary>
static class TestPool
{
    public static DecodedImages Images(int count = 24, int size = 8)
    {
        var pixels = new byte[count * size * size * 3];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(128 + 120 * Math.Sin(i / (size * size * 3) * 1.7 + i % (size * 3) * 0.4 + i % 3));
        return new DecodedImages(pixels, count, size);
    }

    public static ProxyOptions Tiny(int size = 8) => new() { Architecture = new ResNetOptions { Depth = 10, Width = 4 / 64.0 }, ImageSize = size, Head = new() { Dimension = 8 } };
}
