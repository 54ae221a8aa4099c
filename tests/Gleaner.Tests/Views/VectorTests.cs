using CsCheck;
using Xunit;

namespace Gleaner.Tests;

/// <summary>The vectorised operations against plain loops, also at sizes that vectors do not divide.</summary>
public class VectorTests
{
    const float Tolerance = 0.002f;   // float32 against double on levels up to 255, a few operations each

    static readonly Gen<int> Size = Gen.OneOf(Gen.Const(28), Gen.Const(32), Gen.Const(33), Gen.Int[1, 40]);

    static readonly Gen<CropBox> Box = Size.SelectMany(size => Gen.Int[1, size].Select(Gen.Int[1, size], (width, height) => (size, width, height)))
        .SelectMany(s => Gen.Int[0, s.size - s.width].Select(Gen.Int[0, s.size - s.height], (x, y) => new CropBox(x, y, s.width, s.height)));

    [Fact]
    public void Boxes_of_any_size_are_resized_to_any_size()
    {
        Gen.Select(Box, Gen.Int[0, 3], Size, Gen.Enum<Interpolation>(), Gen.Bool, Gen.Int).Sample((box, margin, viewSize, interpolation, flip, seed) =>
        {
            int size = Math.Max(box.X + box.Width, box.Y + box.Height) + margin;
            byte[] rgb = Levels.Noise(size, seed);
            var scratch = new ViewScratch(size, viewSize);

            new CropResizer(size, viewSize, interpolation).Resize(rgb, box, flip, scratch);

            Levels.AssertClose(PlainOperations.Resize(rgb, size, box, flip, viewSize, interpolation), Levels.Of(scratch.Planes), Tolerance, $"{box} of {size} to {viewSize}");
        }, iter: 200);
    }

    [Fact]
    public void Scratch_is_reused_without_a_trace()
    {
        var resizer = new CropResizer(33, 33, Interpolation.Bicubic);
        var (used, fresh) = (new ViewScratch(33, 33), new ViewScratch(33, 33));
        byte[] rgb = Levels.Noise(33, seed: 1);
        resizer.Resize(Levels.Noise(33, seed: 2), CropBox.Whole(33), flip: true, used);
        used.Planes.AdjustContrast(1.4f);

        foreach (ViewScratch scratch in new[] { used, fresh })
        {
            resizer.Resize(rgb, new CropBox(2, 3, 20, 17), flip: false, scratch);
            scratch.Planes.AdjustContrast(0.7f);
        }

        Assert.Equal(Levels.Of(fresh.Planes), Levels.Of(used.Planes));
    }

    [Fact]
    public void Brightness_matches_the_plain_loop() => AssertMatches((p, f) => p.AdjustBrightness(f), PlainOperations.Brightness, Gen.Float[0, 2]);

    [Fact]
    public void Contrast_matches_the_plain_loop() => AssertMatches((p, f) => p.AdjustContrast(f), PlainOperations.Contrast, Gen.Float[0, 2]);

    [Fact]
    public void Saturation_matches_the_plain_loop() => AssertMatches((p, f) => p.AdjustSaturation(f), PlainOperations.Saturation, Gen.Float[0, 2]);

    [Fact]
    public void Hue_matches_the_plain_loop() => AssertMatches((p, f) => p.AdjustHue(f), PlainOperations.Hue, Gen.Float[-0.5f, 0.5f]);

    [Fact]
    public void Gray_matches_the_plain_loop() => AssertMatches((p, _) => p.ToGray(), (rgb, _) => PlainOperations.Gray(rgb), Gen.Const(0f));

    [Fact]
    public void Solarize_matches_the_plain_loop() => AssertMatches((p, t) => p.Solarize(t), PlainOperations.Solarize, Gen.Int[0, 255].Select(t => (float)t));

    [Fact]
    public void Blurs_of_any_width_match_the_plain_loop()
    {
        Gen.Select(Size.Where(size => size > 1), Gen.Int[0, 12], Gen.Float[0.1f, 4], Gen.Int).Sample((size, radius, sigma, seed) =>
        {
            byte[] rgb = Levels.Noise(size, seed);
            ColorPlanes planes = Levels.ToPlanes(rgb);
            int kernel = 2 * Math.Min(radius, size - 1) + 1;

            new GaussianBlur(kernel, sigma).Apply(planes);

            Levels.AssertClose(PlainOperations.Blur(rgb, size, kernel, sigma), Levels.Of(planes), Tolerance, $"size {size}, kernel {kernel}, sigma {sigma}");
        }, iter: 60);
    }

    [Fact]
    public void Normalised_views_are_written_pixel_by_pixel()
    {
        float[] mean = [0.1f, 0.5f, 0.9f], std = [0.5f, 0.25f, 2];
        foreach (int size in new[] { 1, 3, 28, 32, 33 })
        {
            byte[] rgb = Levels.Noise(size, size);
            var view = new float[rgb.Length];

            new Normalization(mean, std).Write(Levels.ToPlanes(rgb), view);

            Levels.AssertClose([.. rgb.Select((level, i) => (level / 255f - mean[i % 3]) / std[i % 3])], view, tolerance: 1e-5f, $"size {size}");
        }
    }

    static void AssertMatches(Action<ColorPlanes, float> vectors, Func<byte[], double, float[]> plain, Gen<float> factors)
        => Gen.Select(Size, factors, Gen.Int).Sample((size, factor, seed) =>
        {
            byte[] rgb = Levels.Noise(size, seed);
            ColorPlanes planes = Levels.ToPlanes(rgb);

            vectors(planes, factor);

            Levels.AssertClose(plain(rgb, factor), Levels.Of(planes), Tolerance, $"size {size}, factor {factor}");
        }, iter: 200);
}
