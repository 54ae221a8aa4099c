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
