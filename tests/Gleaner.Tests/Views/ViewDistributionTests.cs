using Xunit;

namespace Gleaner.Tests;

/// <summary>The drawn parameters, against torchvision's draws and closed forms. Seeded, so a pass stays a pass.</summary>
public class ViewDistributionTests
{
    const int Draws = 100_000;
    const double Sigmas = 4.5;   // for some hundred comparisons of independent counts

    [Fact]
    public void Crops_have_torchvisions_widths_heights_and_places()
    {
        var (widths, heights) = (new int[33], new int[33]);
        double area = 0, logRatioSquared = 0, left = 0, top = 0;
        for (int i = 0; i < Draws; i++)
        {
            var random = new ViewRandom(new ViewSeed(1, 0, i, 0));
            CropBox box = RandomResizedCrop.Sample(ref random, 32, 0.08, 1);
            Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= 32 && box.Y + box.Height <= 32, $"{box}");
            widths[box.Width]++;
            heights[box.Height]++;
            area += box.Width * box.Height / 1024.0 / Draws;
            logRatioSquared += Math.Pow(Math.Log(box.Width / (double)box.Height), 2) / Draws;
            left += (double)box.X / Draws;
            top += (double)box.Y / Draws;
        }

        var expected = TorchvisionViews.Crops;
        Assert.Equal(Draws, expected.Draws);
        AssertSameCounts(expected.Widths, widths);
        AssertSameCounts(expected.Heights, heights);
        Assert.Equal(expected.MeanArea, area, tolerance: Sigmas * Math.Sqrt(2.0 / Draws) * 0.26);   // 0.26, 0.023, 5: standard deviations of one draw
        Assert.Equal(expected.MeanLogRatioSquared, logRatioSquared, tolerance: Sigmas * Math.Sqrt(2.0 / Draws) * 0.03);
        Assert.Equal(expected.MeanLeft, left, tolerance: Sigmas * Math.Sqrt(2.0 / Draws) * 5);
        Assert.Equal(expected.MeanTop, top, tolerance: Sigmas * Math.Sqrt(2.0 / Draws) * 5);
    }

    [Fact]
    public void Area_is_uniform_and_ratio_log_uniform_where_every_draw_fits()
    {
        // On 10,000 pixels rounding hardly shows, and up to 3/4 of the area every ratio fits.
        var (areas, ratios) = (new int[20], new int[20]);
        for (int i = 0; i < Draws; i++)
        {
            var random = new ViewRandom(new ViewSeed(2, 0, i, 0));
            CropBox box = RandomResizedCrop.Sample(ref random, 10_000, 0.08, 0.74);
            areas[Bin((box.Width * (double)box.Height / 1e8 - 0.08) / 0.66)]++;
            ratios[Bin(Math.Log(box.Width / (double)box.Height) / Math.Log(4.0 / 3) / 2 + 0.5)]++;
        }

        AssertUniform(areas);
        AssertUniform(ratios);
    }

    [Fact]
    public void A_crop_that_never_fits_is_the_whole_image()
    {
        var boxes = Enumerable.Range(0, 2000).Select(i =>
        {
            var random = new ViewRandom(new ViewSeed(3, 0, i, 0));
            return RandomResizedCrop.Sample(ref random, 1000, 1, 1);   // fits only if the ratio rounds to 1
        });

        Assert.All(boxes, box => Assert.Equal(CropBox.Whole(1000), box));
    }

    [Fact]
    public void Jitter_factors_are_uniform_and_orders_too()
    {
        var recipe = new ViewRecipe { Brightness = 0.4, Contrast = 1.5, Saturation = 0.2, Hue = 0.1 };
        var counts = new int[4][];
        for (int k = 0; k < 4; k++)
            counts[k] = new int[20];
        var orders = new int[ColorJitter.Orders];
        for (int i = 0; i < Draws; i++)
        {
            var random = new ViewRandom(new ViewSeed(4, 0, i, 0));
            var jitter = ColorJitter.Sample(ref random, recipe);
            counts[0][Bin((jitter.Brightness - 0.6) / 0.8)]++;
            counts[1][Bin(jitter.Contrast / 2.5)]++;          // 1 - 1.5 is cut to 0
            counts[2][Bin((jitter.Saturation - 0.8) / 0.4)]++;
            counts[3][Bin((jitter.Hue + 0.1) / 0.2)]++;
            orders[jitter.Order]++;
        }

        Assert.All(counts, AssertUniform);
        AssertUniform(orders);
    }

    [Fact]
    public void The_24_orders_are_the_permutations()
    {
        var orders = Enumerable.Range(0, ColorJitter.Orders).Select(order =>
        {
            var steps = new int[4];
            ColorJitter.StepsOf(order, steps);
            Assert.Equal([0, 1, 2, 3], steps.Order());
            return string.Join(' ', steps);
        });

        Assert.Equal(ColorJitter.Orders, orders.Distinct().Count());
    }

    [Fact]
    public void Jitter_follows_its_order()
    {
        byte[] rgb = Levels.Noise(32, seed: 1);
        for (int order = 0; order < ColorJitter.Orders; order++)
        {
            ColorPlanes expected = Levels.ToPlanes(rgb), actual = Levels.ToPlanes(rgb);
            var steps = new int[4];
            ColorJitter.StepsOf(order, steps);
            Action[] operations = [() => expected.AdjustBrightness(1.4f), () => expected.AdjustContrast(0.6f), () => expected.AdjustSaturation(1.3f), () => expected.AdjustHue(0.1f)];
            foreach (int step in steps)
                operations[step]();

            new ColorJitter(1.4f, 0.6f, 1.3f, 0.1f, order).Apply(actual);

            Assert.Equal(Levels.Of(expected), Levels.Of(actual));
        }
    }

    [Fact]
    public void Consecutive_seeds_give_independent_streams()
    {
        // Neighbours in each of the four numbers: their first draws fill a 10 x 10 grid evenly.
        for (int axis = 0; axis < 4; axis++)
        {
            var cells = new int[100];
            for (int i = 0; i < Draws; i++)
                cells[(int)(First(axis, i) * 10) * 10 + (int)(First(axis, i + 1) * 10)]++;
            AssertUniform(cells);
        }

        static double First(int axis, int i)
        {
            var random = new ViewRandom(axis switch { 0 => new(i, 0, 0, 0), 1 => new(0, i, 0, 0), 2 => new(0, 0, i, 0), _ => new(0, 0, 0, i) });
            return random.NextDouble();
        }
    }

    [Fact]
    public void Sigmas_are_torchvisions_and_blur_and_solarize_as_often()
    {
        var expected = TorchvisionViews.Blurs;
        var recipe = new ViewRecipe { BlurSigmaMin = 0.1, BlurSigmaMax = 2 };
        var sigmas = new int[20];
        for (int i = 0; i < Draws; i++)
        {
            var random = new ViewRandom(new ViewSeed(7, 0, i, 0));
            sigmas[Bin((GaussianBlur.Sample(ref random, recipe, 32).Sigma - 0.1) / 1.9)]++;
        }

        Assert.Equal(Draws, expected.Draws);
        AssertUniform(sigmas);
        AssertSameCounts(expected.Sigmas, sigmas);
        AssertSameCounts([expected.Blurred, expected.Solarized], [Coins(0.5, expected.Coins), Coins(0.2, expected.Coins)]);

        static int Coins(double probability, int count) => Enumerable.Range(0, count).Count(i => new ViewRandom(new ViewSeed(8, 0, i, 0)).Chance(probability));
    }

    [Fact]
    public void Views_look_like_torchvisions() => AssertLooksLike(TorchvisionViews.Views, new ViewRecipe());

    /// <summary>Bilinear crops, blur in 5 x 5 and solarize; the ninth feature is how much neighbours differ.</summary>
    [Fact]
    public void Blurred_and_solarized_views_look_like_torchvisions() => AssertLooksLike(TorchvisionViews.BlurredViews, new ViewRecipe
    {
        CropAreaMin = 0.2,
        Interpolation = Interpolation.Bilinear,
        Saturation = 0.2,
        BlurProbability = 0.5,
        BlurKernel = 5,
        SolarizeProbability = 0.2,
    });

    /// <summary>The whole pipeline: features of a view, in mean and spread over 20,000 views of one image.</summary>
    static void AssertLooksLike(TorchvisionViews.ViewStatistics expected, ViewRecipe recipe)
    {
        const double cut = 1.5;   // ImageEnhance cuts to the byte below, half a level each time, up to three times
        var maker = new ViewMaker(recipe, 32, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        byte[] pixels = TorchvisionViews.Input(expected.Image);
        var view = new float[maker.ViewLength];

        var drawn = new double[expected.Draws][];
        for (int i = 0; i < drawn.Length; i++)
        {
            maker.Make(pixels, new ViewSeed(6, 0, i, 0), view);
            drawn[i] = FeaturesOf(view);
        }

        for (int k = 0; k < expected.Means.Length; k++)
        {
            var (mean, deviation) = MeanAndDeviation([.. drawn.Select(features => features[k])]);
            double error = expected.Deviations[k] * Math.Sqrt(2.0 / expected.Draws);
            Assert.Equal(expected.Means[k], mean, tolerance: Sigmas * error + cut);
            Assert.Equal(expected.Deviations[k], deviation, tolerance: Sigmas * error);   // about 1 / sqrt(2) of this for a bell curve
        }
    }

    static double[] FeaturesOf(float[] view)
    {
        var channels = Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, view.Length / 3).Select(i => (double)view[i * 3 + c]).ToArray()).ToArray();
        var spreads = channels.Select(MeanAndDeviation).ToArray();
        return [.. spreads.Select(s => s.Mean), .. spreads.Select(s => s.Deviation),
            channels[0].Zip(channels[1], (r, g) => Math.Abs(r - g)).Average(), channels[1].Zip(channels[2], (g, b) => Math.Abs(g - b)).Average(),
            Roughness(channels[1], width: 32)];
    }

    static double Roughness(double[] plane, int width)
        => Enumerable.Range(1, plane.Length - 1).Where(i => i % width != 0).Average(i => Math.Abs(plane[i] - plane[i - 1]));

    static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    static int Bin(double share) => Math.Clamp((int)(share * 20), 0, 19);

    static void AssertUniform(int[] counts)
    {
        double expected = counts.Sum() / (double)counts.Length;
        Assert.All(counts, count => Assert.Equal(expected, count, tolerance: Sigmas * Math.Sqrt(expected)));
    }

    static void AssertSameCounts(int[] expected, int[] actual)
    {
        for (int i = 0; i < expected.Length; i++)   // the difference of two Poisson counts
            Assert.Equal((double)expected[i], actual[i], tolerance: Sigmas * Math.Sqrt(expected[i] + actual[i]) + 1e-9);
    }
}
