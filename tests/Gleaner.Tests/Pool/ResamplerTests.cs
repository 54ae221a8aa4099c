using CsCheck;
using Xunit;

namespace Gleaner.Tests;

public sealed class ResamplerTests
{
    [Fact]
    public void Matches_resizing_everything_and_then_cropping() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 24], Gen.Int[0, 1000]).Sample((width, height, size, seed) =>
        {
            var source = new byte[width * height * 3];
            new Random(seed).NextBytes(source);
            var found = new byte[size * size * 3];

            Resampler.ResizeAndCrop(source, width, height, size, found);

            var expected = ResizeThenCrop(source, width, height, size);
            for (int i = 0; i < found.Length; i++)
                Assert.True(Math.Abs(found[i] - expected[i]) < 0.51, $"{found[i]} at {i}; expected {expected[i]}");   // rounded once
        }, iter: 300);

    [Fact]
    public void Matches_what_Pillow_computes_by_hand()
    {
        // One row 0 0 255 255, repeated; half the size. Weights of the first pixel: triangle of half-width 2 around 1.0 -> 3 3 1 over 7.
        byte[] row = [0, 0, 255, 255], source = [.. Enumerable.Repeat(row.SelectMany(v => new[] { v, v, v }), 4).SelectMany(r => r)];
        var found = new byte[12];

        Resampler.ResizeAndCrop(source, 4, 4, 2, found);

        Assert.Equal([36, 36, 36, 219, 219, 219, 36, 36, 36, 219, 219, 219], found);   // 255/7 = 36.4, 255 * 6/7 = 218.6
    }

    [Fact]
    public void A_checkerboard_shrinks_to_grey_instead_of_aliasing()
    {
        var source = new byte[256 * 256 * 3];
        for (int i = 0; i < source.Length; i++) source[i] = (byte)((i / 3 % 256 + i / 3 / 256) % 2 * 255);
        var found = new byte[32 * 32 * 3];

        Resampler.ResizeAndCrop(source, 256, 256, 32, found);

        Assert.All(found, value => Assert.InRange(value, 127, 128));
    }

    [Theory]
    [InlineData(5, 2)]   // torchvision rounds half to even: 1.5 -> 2, 0.5 -> 0
    [InlineData(3, 0)]
    public void Pixels_that_are_only_cropped_are_exact(int width, int offset)
    {
        byte[] source = MadeImages.Gradient(width, 2), found = new byte[12];

        Resampler.ResizeAndCrop(source, width, 2, 2, found);

        for (int y = 0; y < 2; y++)
            Assert.Equal(source[((y * width + offset) * 3)..((y * width + offset + 2) * 3)], found[(y * 6)..(y * 6 + 6)]);
    }

    /// <summary>The definition, in double: every pixel of the resized picture from every pixel of the source.</summary>
    static double[] ResizeThenCrop(byte[] source, int width, int height, int size)
    {
        int shorter = Math.Min(width, height), wide = size * width / shorter, high = size * height / shorter;
        double[,] across = Filter(width, wide), down = Filter(height, high);
        int left = (int)Math.Round((wide - size) / 2.0), top = (int)Math.Round((high - size) / 2.0);
        var result = new double[size * size * 3];
        for (int i = 0; i < result.Length; i++)
        {
            int c = i % 3, x = i / 3 % size + left, y = i / 3 / size + top;
            for (int sy = 0; sy < height; sy++)
                for (int sx = 0; sx < width; sx++)
                    result[i] += across[x, sx] * down[y, sy] * source[(sy * width + sx) * 3 + c];
        }
        return result;
    }

    static double[,] Filter(int from, int to)
    {
        var weights = new double[to, from];
        double scale = from / (double)to, support = Math.Max(1, scale);
        for (int i = 0; i < to; i++)
        {
            double sum = 0;
            for (int k = 0; k < from; k++) sum += weights[i, k] = Math.Max(0, 1 - Math.Abs(k + 0.5 - (i + 0.5) * scale) / support);
            for (int k = 0; k < from; k++) weights[i, k] /= sum;
        }
        return weights;
    }
}
