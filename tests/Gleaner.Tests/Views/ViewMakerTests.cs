using Xunit;

namespace Gleaner.Tests;

public class ViewMakerTests
{
    const int Size = 32;
    static readonly float[] Mean = [0.49f, 0.48f, 0.45f], Std = [0.25f, 0.24f, 0.26f];
    static readonly ViewRecipe Nothing = new() { CropAreaMin = 1, FlipProbability = 0, JitterProbability = 0, GrayProbability = 0 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_batch_is_the_same_bytes_with_any_threads_and_in_any_order(int threads)
    {
        DecodedImages images = Images(100);
        var maker = new ViewMaker(new ViewRecipe(), Size, Mean, Std);
        int[] shuffled = [.. Enumerable.Range(0, 100).OrderBy(i => i * 37 % 100)];
        var batch = new float[shuffled.Length * maker.ViewLength];

        maker.MakeBatch(images, shuffled, seed: 7, epoch: 3, view: 1, batch, threads);

        var alone = new float[maker.ViewLength];
        for (int i = 0; i < shuffled.Length; i++)
        {
            maker.Make(images.Pixels(shuffled[i]), new ViewSeed(Seed: 7, Epoch: 3, shuffled[i], View: 1), alone);
            Assert.Equal(alone, batch[(i * maker.ViewLength)..((i + 1) * maker.ViewLength)]);
        }
    }

    [Fact]
    public void Another_seed_epoch_image_or_view_is_another_view()
    {
        byte[] pixels = Levels.Noise(Size, seed: 1);
        var maker = new ViewMaker(new ViewRecipe(), Size, Mean, Std);
        var seed = new ViewSeed(1, 1, 1, 1);

        var views = new[] { seed, seed with { Seed = 2 }, seed with { Epoch = 2 }, seed with { Image = 2 }, seed with { View = 2 } }.Select(s => View(maker, pixels, s)).ToArray();

        for (int i = 0; i < views.Length; i++)
            for (int k = 0; k < i; k++)
                Assert.NotEqual(views[i], views[k]);
        Assert.Equal(views[0], View(maker, pixels, seed));
    }

    /// <summary>Stored embeddings and checkpoints depend on these views: whatever a recipe learns to draw, it is drawn after what there was.</summary>
    [Fact]
    public void A_seed_gives_the_view_that_it_always_gave()
    {
        float[] expected =
        [
            173.27f, 235.05f, 213.72f, 255.00f, 101.19f, 141.26f, 138.67f, 77.14f, 51.09f,
            117.32f, 118.96f, 141.06f, 85.27f, 149.21f, 237.88f, 27.00f, 42.00f, 41.00f,
        ];
        byte[] pixels = Levels.Noise(Size, seed: 5);
        var maker = new ViewMaker(new ViewRecipe(), Size, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

        float[] actual = [.. Enumerable.Range(0, 6).SelectMany(i => View(maker, pixels, new ViewSeed(1, 2, i, 1)).AsSpan(16 * Size * 3, 3).ToArray())];

        Levels.AssertClose(expected, actual, tolerance: 0.02f, "one pixel of each of six views");
    }

    [Fact]
    public void A_view_is_cropped_flipped_jittered_grayed_blurred_and_solarized_in_this_order()
    {
        byte[] pixels = Levels.Noise(Size, seed: 6);
        var recipe = new ViewRecipe { GrayProbability = 0.5, BlurProbability = 0.5, BlurKernel = 5, SolarizeProbability = 0.5, SolarizeThreshold = 0.4 };
        var maker = new ViewMaker(recipe, Size, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        var (resizer, scratch) = (new CropResizer(Size, Size, Interpolation.Bicubic), new ViewScratch(Size, Size));
        for (int i = 0; i < 60; i++)
        {
            var random = new ViewRandom(new ViewSeed(1, 0, i, 0));
            resizer.Resize(pixels, RandomResizedCrop.Sample(ref random, Size, 0.08, 1), random.Chance(0.5), scratch);
            if (random.Chance(0.8))
                ColorJitter.Sample(ref random, recipe).Apply(scratch.Planes);
            if (random.Chance(0.5))
                scratch.Planes.ToGray();
            if (random.Chance(0.5))
                new GaussianBlur(5, (float)random.Uniform(0.1, 2)).Apply(scratch.Planes);
            if (random.Chance(0.5))
                scratch.Planes.Solarize(102);

            Levels.AssertClose(Levels.Of(scratch.Planes), View(maker, pixels, new ViewSeed(1, 0, i, 0)), tolerance: 1e-3f, $"image {i}");
        }
    }

    [Fact]
    public void A_blur_is_a_tenth_of_the_view_wide()
    {
        (int Size, int Kernel)[] expected = [(8, 3), (32, 3), (40, 5), (64, 7), (96, 9), (224, 23)];

        Assert.All(expected, e => Assert.Equal(e.Kernel, GaussianBlur.KernelOf(new ViewRecipe(), e.Size)));
        Assert.Equal(7, GaussianBlur.KernelOf(new ViewRecipe { BlurKernel = 7 }, 224));
    }

    [Fact]
    public void A_recipe_that_changes_nothing_gives_the_plain_image()
    {
        byte[] pixels = Levels.Noise(Size, seed: 2);
        var maker = new ViewMaker(Nothing, Size, Mean, Std);
        var plain = new float[maker.ViewLength];

        maker.MakePlain(pixels, plain);

        Levels.AssertClose([.. pixels.Select((level, i) => (level / 255f - Mean[i % 3]) / Std[i % 3])], plain, tolerance: 1e-5f, "plain");
        Assert.Equal(plain, View(maker, pixels, default));
    }

    [Fact]
    public void Plain_batches_are_plain_images_resized()
    {
        DecodedImages images = Images(40);
        var maker = new ViewMaker(new ViewRecipe { Size = 21 }, Size, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        int[] indices = [.. Enumerable.Range(0, 40).Reverse()];
        var batch = new float[40 * maker.ViewLength];

        maker.MakePlainBatch(images, indices, batch, threads: 3);

        for (int i = 0; i < indices.Length; i++)
        {
            float[] expected = PlainOperations.Resize(images.Pixels(indices[i]).ToArray(), Size, CropBox.Whole(Size), flip: false, 21, Interpolation.Bicubic);
            Levels.AssertClose(expected, batch[(i * maker.ViewLength)..((i + 1) * maker.ViewLength)], tolerance: 0.01f, $"image {indices[i]}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(1)]
    public void Every_operation_comes_as_often_as_asked(double probability)
    {
        byte[] pixels = Levels.Noise(8, seed: 3);
        var (plain, mirror) = (new float[8 * 8 * 3], new float[8 * 8 * 3]);
        new ViewMaker(Nothing, 8, Mean, Std).MakePlain(pixels, plain);
        for (int i = 0; i < 64; i++)
            plain.AsSpan(i * 3, 3).CopyTo(mirror.AsSpan((i / 8 * 8 + 7 - i % 8) * 3));

        AssertFrequency(Nothing with { FlipProbability = probability }, pixels, v => v.AsSpan().SequenceEqual(mirror), probability);
        AssertFrequency(Nothing with { JitterProbability = probability }, pixels, v => !v.AsSpan().SequenceEqual(plain), probability);
        AssertFrequency(Nothing with { GrayProbability = probability }, pixels, v => Math.Abs(Level(v, 0) - Level(v, 1)) + Math.Abs(Level(v, 0) - Level(v, 2)) < 0.01, probability);

        AssertFrequency(Nothing with { BlurProbability = probability, BlurSigmaMin = 0.5 }, pixels, v => !v.AsSpan().SequenceEqual(plain), probability);
        AssertFrequency(Nothing with { SolarizeProbability = probability }, pixels, v => !v.AsSpan().SequenceEqual(plain), probability);

        static double Level(float[] view, int channel) => view[channel] * Std[channel] + Mean[channel];
    }

    [Fact]
    public void A_view_is_made_without_allocating()
    {
        var maker = new ViewMaker(new ViewRecipe { BlurProbability = 0.5, SolarizeProbability = 0.5 }, Size, Mean, Std);
        byte[] pixels = Levels.Noise(Size, seed: 4);
        var view = new float[maker.ViewLength];
        for (int i = 0; i < 2000; i++)   // every width's and height's taps are there after this
            maker.Make(pixels, new ViewSeed(1, 0, i, 0), view);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            maker.Make(pixels, new ViewSeed(1, 1, i, 0), view);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Recipes_that_make_no_sense_are_refused_by_name()
    {
        AssertRefused(new() { Size = -1 }, "Size is -1");
        AssertRefused(new() { CropAreaMin = 0 }, "CropAreaMin is 0");
        AssertRefused(new() { CropAreaMin = 0.5, CropAreaMax = 0.4 }, "CropAreaMax 0.4");
        AssertRefused(new() { CropAreaMax = 1.1 }, "CropAreaMax 1.1");
        AssertRefused(new() { CropAreaMin = double.NaN }, "CropAreaMin is NaN");
        AssertRefused(new() { Interpolation = (Interpolation)9 }, "Bilinear or Bicubic");
        AssertRefused(new() { FlipProbability = 1.5 }, "FlipProbability is 1.5");
        AssertRefused(new() { JitterProbability = -0.1 }, "JitterProbability is -0.1");
        AssertRefused(new() { GrayProbability = double.NaN }, "GrayProbability is NaN");
        AssertRefused(new() { Brightness = -1 }, "Brightness is -1");
        AssertRefused(new() { Contrast = double.PositiveInfinity }, "Contrast is Infinity");
        AssertRefused(new() { Saturation = -1 }, "Saturation is -1");
        AssertRefused(new() { Hue = 0.6 }, "Hue is 0.6");
        AssertRefused(new() { BlurProbability = 2 }, "BlurProbability is 2");
        AssertRefused(new() { BlurSigmaMin = 0 }, "BlurSigmaMin is 0");
        AssertRefused(new() { BlurSigmaMax = 0.05 }, "BlurSigmaMax 0.05");
        AssertRefused(new() { BlurSigmaMax = double.PositiveInfinity }, "BlurSigmaMax Infinity");
        AssertRefused(new() { BlurKernel = 4 }, "BlurKernel is 4");
        AssertRefused(new() { BlurKernel = -3 }, "BlurKernel is -3");
        AssertRefused(new() { BlurProbability = 0.5, BlurKernel = 65 }, "BlurKernel is 65; expected at most 63");
        AssertRefused(new() { BlurProbability = 0.5, Size = 1 }, "BlurKernel is 3; expected at most 1");
        AssertRefused(new() { SolarizeProbability = -1 }, "SolarizeProbability is -1");
        AssertRefused(new() { SolarizeThreshold = 128 }, "SolarizeThreshold is 128");

        static void AssertRefused(ViewRecipe recipe, string message)
            => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => new ViewMaker(recipe, Size, Mean, Std)).Message);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        var maker = new ViewMaker(new ViewRecipe(), Size, Mean, Std);
        var view = new float[maker.ViewLength];
        var pixels = new byte[Size * Size * 3];

        Assert.Throws<ArgumentException>("mean", () => new ViewMaker(new ViewRecipe(), Size, [0, 0], Std));
        Assert.Throws<ArgumentException>("mean", () => new ViewMaker(new ViewRecipe(), Size, [0, 0, float.NaN], Std));
        Assert.Throws<ArgumentOutOfRangeException>("std", () => new ViewMaker(new ViewRecipe(), Size, Mean, [1, 0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>("imageSize", () => new ViewMaker(new ViewRecipe(), 0, Mean, Std));
        Assert.Throws<ArgumentException>("pixels", () => maker.Make(pixels.AsSpan(1), default, view));
        Assert.Throws<ArgumentException>("view", () => maker.MakePlain(pixels, view.AsSpan(1)));
        Assert.Throws<ArgumentException>("batch", () => maker.MakeBatch(Images(2), [0, 1], 0, 0, 0, view));
        Assert.Throws<ArgumentException>("images", () => maker.MakeBatch(new DecodedImages(new byte[3], 1, 1), [0], 0, 0, 0, view));
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => maker.MakeBatch(Images(2), [2], 0, 0, 0, view));
        Assert.Throws<ArgumentOutOfRangeException>("threads", () => maker.MakeBatch(Images(2), [1], 0, 0, 0, view, threads: 0));
        maker.MakeBatch(Images(2), [], 0, 0, 0, [], threads: 2);
    }

    static void AssertFrequency(ViewRecipe recipe, byte[] pixels, Func<float[], bool> happened, double probability)
    {
        const int draws = 4000;
        var maker = new ViewMaker(recipe, 8, Mean, Std);
        int count = Enumerable.Range(0, draws).Count(i => happened(View(maker, pixels, new ViewSeed(5, 0, i, 0))));
        Assert.Equal(probability, count / (double)draws, tolerance: 4 * Math.Sqrt(probability * (1 - probability) / draws));
    }

    static float[] View(ViewMaker maker, byte[] pixels, ViewSeed seed)
    {
        var view = new float[maker.ViewLength];
        maker.Make(pixels, seed, view);
        return view;
    }

    static DecodedImages Images(int count)
    {
        var pixels = new byte[count * Size * Size * 3];
        new Random(count).NextBytes(pixels);
        return new DecodedImages(pixels, count, Size);
    }
}
