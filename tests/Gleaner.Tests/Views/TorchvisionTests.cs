using Xunit;
using static Gleaner.Tests.TorchvisionViews;

namespace Gleaner.Tests;

/// <summary>Every operation with fixed parameters, against torchvision on PIL images. We keep floats where PIL keeps bytes: the tolerances are its roundings.</summary>
public class TorchvisionTests
{
    const float Epsilon = 0.01f;                 // float32 sums, and Pillow's weights of 22 bits
    const float Rounded = 0.5f + Epsilon;        // one rounding to the nearest byte
    const float RoundedTwice = 1.15f;            // 0.5 after the rows, times at most 1.25 (Keys' sum of |weights|), and 0.5 after the columns
    const float Cut = 1 + Epsilon;               // ImageEnhance cuts to the byte below
    const float CutAndRounded = Cut + 0.5f * 0.4f;   // and blends with a rounded grey of weight |1 - factor| <= 0.4

    [Fact]
    public void Crops_are_resampled_as_by_Pillow()
    {
        foreach (Case c in Cases("crop"))
        {
            var scratch = new ViewScratch(InputSize(c), c.Size);
            new CropResizer(InputSize(c), c.Size, c.Interpolation).Resize(Input(c), new CropBox(c.Box[0], c.Box[1], c.Box[2], c.Box[3]), flip: false, scratch);

            Levels.AssertClose(Levels.Of(Expected(c)), Levels.Of(scratch.Planes), RoundedTwice, $"{c.Image} [{string.Join(' ', c.Box)}] to {c.Size}, {c.Interpolation}");
        }
    }

    [Fact]
    public void A_flip_mirrors_left_and_right()
    {
        Case c = Cases("flip").Single();
        var scratch = new ViewScratch(c.Size, c.Size);

        new CropResizer(c.Size, c.Size, Interpolation.Bicubic).Resize(Input(c), CropBox.Whole(c.Size), flip: true, scratch);

        Levels.AssertClose(Levels.Of(Expected(c)), Levels.Of(scratch.Planes), tolerance: 0, "flip");
    }

    [Fact]
    public void Brightness_is_ImageEnhances() => AssertOperation("brightness", (planes, factor) => planes.AdjustBrightness(factor), Cut);

    [Fact]
    public void Contrast_is_ImageEnhances() => AssertOperation("contrast", (planes, factor) => planes.AdjustContrast(factor), CutAndRounded);

    [Fact]
    public void Saturation_is_ImageEnhances() => AssertOperation("saturation", (planes, factor) => planes.AdjustSaturation(factor), CutAndRounded);

    [Fact]
    public void Gray_is_Pillows() => AssertOperation("gray", (planes, _) => planes.ToGray(), Rounded);

    [Fact]
    public void Hue_is_torchvisions_on_float_tensors()
    {
        foreach (Case c in Cases("hueFloat"))
        {
            ColorPlanes planes = Levels.ToPlanes(Input(c));
            planes.AdjustHue(c.Factor);
            Levels.AssertClose(ExpectedFloats(c), Levels.Of(planes), Epsilon, $"hue {c.Factor}");
        }
    }

    /// <summary>Pillow cuts the hue to 1/255 of the circle and wraps at 256 instead of 255: two such steps, of 6/255 of the pixel's chroma each.</summary>
    [Fact]
    public void Hue_is_Pillows_up_to_its_bytes_of_hue()
    {
        foreach (Case c in Cases("hue"))
        {
            byte[] input = Input(c), expected = Expected(c);
            ColorPlanes planes = Levels.ToPlanes(input);
            planes.AdjustHue(c.Factor);
            float[] actual = Levels.Of(planes);

            for (int i = 0; i < actual.Length; i++)
            {
                byte[] pixel = input[(i / 3 * 3)..(i / 3 * 3 + 3)];
                float tolerance = 2 + 12 * (pixel.Max() - pixel.Min()) / 255f;   // 2: saturation cut to a byte, result rounded
                Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance, $"{c.Image} {c.Factor}: pixel {i / 3} is {actual[i]}; expected {expected[i]} within {tolerance}.");
            }
            Assert.InRange(actual.Zip(expected, (a, e) => Math.Abs(a - e)).Average(), 0, 2);
        }
    }

    [Fact]
    public void Blur_is_torchvisions()
    {
        foreach (Case c in Cases("blur"))
            Levels.AssertClose(Levels.Of(Expected(c)), Blurred(c, c.Kernel), Rounded, $"{c.Image} blurred by {c.Factor} in {c.Kernel}");
    }

    [Fact]
    public void Blur_is_torchvisions_on_float_tensors()
    {
        foreach (Case c in Cases("blurFloat"))
            Levels.AssertClose(ExpectedFloats(c), Blurred(c, c.Kernel), Epsilon / 10, $"blur by {c.Factor} in {c.Kernel}");
    }

    /// <summary>Pillow's three box filters (extended boxes, Gwosdek et al. 2011) are close to a Gaussian, and far from a cut one.</summary>
    [Fact]
    public void A_blur_of_13_pixels_is_close_to_Pillows()
    {
        foreach (Case c in Cases("pillowBlur"))
        {
            Assert.InRange(MeanDistance(Expected(c), Blurred(c, kernel: 13)), 0, 0.6);
            Assert.InRange(MeanDistance(Expected(c), Levels.Of(Input(c))), 1, 10);
        }
        Case widest = Cases("pillowBlur").MaxBy(c => c.Factor)!;
        Assert.InRange(MeanDistance(Expected(widest), Blurred(widest, kernel: 9)), 0.6, 10);   // the rule of a tenth would cut it
    }

    [Fact]
    public void Solarize_is_Pillows() => AssertOperation("solarize", (planes, threshold) => planes.Solarize(threshold), tolerance: 0);

    /// <summary>All operations one after another. torchvision's grey weights of four digits are 0.0001 off: 0.03 levels, once in contrast, saturation and grey.</summary>
    [Fact]
    public void A_whole_view_is_torchvisions_on_float_tensors()
    {
        Assert.Equal(4, Cases("chainFloat").Count());
        foreach (Case c in Cases("chainFloat"))
            Levels.AssertClose(ExpectedFloats(c), Chain(c, threshold: 127.5f), tolerance: 0.15f, $"blend first {c.BlendFirst}, gray {c.Gray}");
    }

    [Fact]
    public void A_whole_view_is_torchvisions_up_to_the_roundings_of_its_steps()
    {
        Assert.Equal(4, Cases("chain").Count());
        foreach (Case c in Cases("chain"))
            Assert.InRange(MeanDistance(Expected(c), Chain(c, threshold: 128)), 0, 2);   // as for hue alone: its bytes weigh most
    }

    static float[] Chain(Case c, float threshold)
    {
        var scratch = new ViewScratch(InputSize(c), c.Size);
        ColorPlanes planes = scratch.Planes;
        new CropResizer(InputSize(c), c.Size, Interpolation.Bicubic).Resize(Input(c), new CropBox(3, 5, 17, 23), flip: true, scratch);
        int order = c.BlendFirst ? Order(0, 1, 2, 3) : Order(2, 3, 1, 0);
        new ColorJitter(Brightness: 1.25f, Contrast: 0.7f, Saturation: 1.3f, Hue: -25.1f / 255, order).Apply(planes);
        if (c.Gray)
            planes.ToGray();
        new GaussianBlur(3, 0.8f).Apply(planes);
        planes.Solarize(threshold);
        return Levels.Of(planes);
    }

    static int Order(params int[] steps) => Enumerable.Range(0, ColorJitter.Orders).Single(order =>
    {
        var actual = new int[4];
        ColorJitter.StepsOf(order, actual);
        return actual.SequenceEqual(steps);
    });

    static float[] Blurred(Case c, int kernel)
    {
        ColorPlanes planes = Levels.ToPlanes(Input(c));
        new GaussianBlur(kernel, c.Factor).Apply(planes);
        return Levels.Of(planes);
    }

    static double MeanDistance(byte[] expected, float[] actual) => expected.Zip(actual, (e, a) => Math.Abs(e - a)).Average();

    static void AssertOperation(string operation, Action<ColorPlanes, float> apply, float tolerance)
    {
        Assert.NotEmpty(Cases(operation));
        foreach (Case c in Cases(operation))
        {
            ColorPlanes planes = Levels.ToPlanes(Input(c));
            apply(planes, c.Factor);
            Levels.AssertClose(Levels.Of(Expected(c)), Levels.Of(planes), tolerance, $"{operation} {c.Factor} of {c.Image}");
        }
    }
}
