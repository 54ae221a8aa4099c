using Xunit;

namespace Gleaner.Tests;

/// <summary>Between interleaved RGB levels and <see cref="ColorPlanes"/>, and how far two lists of levels are apart.</summary>
static class Levels
{
    public static ColorPlanes ToPlanes(byte[] rgb)
    {
        var planes = new ColorPlanes((int)Math.Sqrt(rgb.Length / 3));
        for (int i = 0; i < rgb.Length; i++)
            planes[i % 3][i / 3] = rgb[i];
        return planes;
    }

    public static float[] Of(ColorPlanes planes) => [.. Enumerable.Range(0, planes.Count * 3).Select(i => planes[i % 3][i / 3])];

    public static float[] Of(byte[] rgb) => [.. rgb.Select(level => (float)level)];

    public static byte[] Noise(int size, int seed)
    {
        var rgb = new byte[size * size * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }

    public static void AssertClose(float[] expected, float[] actual, float tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}: pixel {i / 3}, channel {i % 3} is {actual[i]}; expected {expected[i]} within {tolerance}.");
    }
}
