using System.Collections.Concurrent;

namespace Gleaner;

/// <summary>Makes normalised random views of decoded images on all cores, without libtorch; safe to use from several threads.</summary>
/// <remarks>
/// Per view: random resized crop, flip, colour jitter, grey, blur, solarize, normalise, in the order of BYOL (arXiv:2006.07733, appendix B) and
/// with torchvision's definitions on PIL images, but for its rounding to bytes after every operation. A view is written as height x width x 3 floats, so a batch is a channels_last tensor.
/// </remarks>
public sealed unsafe class ViewMaker
{
    const int ImagesPerTask = 16;   // some 80 microseconds of work at 32 pixels: far above the cost of handing it out

    readonly ViewRecipe _recipe;
    readonly CropResizer _resizer;
    readonly Normalization _normalization;
    readonly ConcurrentBag<ViewScratch> _scratch = [];

    /// <summary>Checks the recipe and the normalisation: mean and std of each channel, where levels run from 0 to 1.</summary>
    public ViewMaker(ViewRecipe recipe, int imageSize, ReadOnlySpan<float> mean, ReadOnlySpan<float> std)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        recipe.Validate(imageSize);
        ThrowIfNotThreeFinite(mean, nameof(mean));
        ThrowIfNotThreeFinite(std, nameof(std));
        foreach (float deviation in std)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation, nameof(std));

        _recipe = recipe;
        (ImageSize, ViewSize) = (imageSize, recipe.Size is 0 ? imageSize : recipe.Size);
        _resizer = new CropResizer(ImageSize, ViewSize, recipe.Interpolation);
        _normalization = new Normalization(mean, std);
    }

    /// <summary>Width and height of the images, in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Width and height of a view, in pixels.</summary>
    public int ViewSize { get; }

    /// <summary>How many floats a view takes: ViewSize x ViewSize x 3.</summary>
    public int ViewLength => ViewSize * ViewSize * 3;

    /// <summary>One random view of one image (height, width, RGB); <paramref name="seed"/> alone decides which.</summary>
    public void Make(ReadOnlySpan<byte> pixels, ViewSeed seed, Span<float> view) => MakeOne(pixels, seed, view);

    /// <summary>The image as it is, resized to <see cref="ViewSize"/> if need be, and normalised: what an encoder embeds.</summary>
    public void MakePlain(ReadOnlySpan<byte> pixels, Span<float> view) => MakeOne(pixels, null, view);

    /// <summary>
    /// One random view of each indexed image, in this order, <see cref="ViewLength"/> floats each.
    /// A view depends on the seed, the epoch, the image's index and the view's number only: not on the threads, nor on the rest of the batch.
    /// </summary>
    public void MakeBatch(DecodedImages images, ReadOnlySpan<int> indices, int seed, int epoch, int view, Span<float> batch, int threads = 1)
        => MakeAll(images, indices, new ViewSeed(seed, epoch, Image: 0, view), batch, threads);

    /// <summary>As above for a part of a pool; <paramref name="first"/> is the seed of the image that has index 0 here.</summary>
    internal void MakeBatch(DecodedImages images, ReadOnlySpan<int> indices, ViewSeed first, Span<float> batch, int threads)
        => MakeAll(images, indices, first, batch, threads);

    /// <summary>Each indexed image as it is, resized if need be, and normalised, <see cref="ViewLength"/> floats each.</summary>
    public void MakePlainBatch(DecodedImages images, ReadOnlySpan<int> indices, Span<float> batch, int threads = 1)
        => MakeAll(images, indices, null, batch, threads);

    void MakeOne(ReadOnlySpan<byte> pixels, ViewSeed? seed, Span<float> view)
    {
        if (pixels.Length != ImageSize * ImageSize * 3)
            throw new ArgumentException($"{pixels.Length} bytes; expected an image of {ImageSize} x {ImageSize} x 3.", nameof(pixels));
        if (view.Length != ViewLength)
            throw new ArgumentException($"{view.Length} floats; expected a view of {ViewSize} x {ViewSize} x 3.", nameof(view));

        ViewScratch scratch = RentScratch();
        Fill(pixels, seed, view, scratch);
        _scratch.Add(scratch);
    }

    void MakeAll(DecodedImages images, ReadOnlySpan<int> indices, ViewSeed? seed, Span<float> batch, int threads)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (images.Size != ImageSize)
            throw new ArgumentException($"The images are {images.Size} x {images.Size}; this view maker expects {ImageSize} x {ImageSize}.", nameof(images));
        if (batch.Length != indices.Length * (long)ViewLength)
            throw new ArgumentException($"{batch.Length} floats; expected {indices.Length} views of {ViewSize} x {ViewSize} x 3.", nameof(batch));
        foreach (int index in indices)
            if (index < 0 || index >= images.Count)
                throw new ArgumentOutOfRangeException(nameof(indices), $"Index {index}; the pool holds {images.Count} images.");

        fixed (int* firstIndex = indices)
        fixed (float* firstView = batch)
        {
            var (index, view, count) = ((nint)firstIndex, (nint)firstView, indices.Length);   // a lambda cannot hold spans
            void Run(int task)
            {
                ViewScratch scratch = RentScratch();
                int endExcl = Math.Min((task + 1) * ImagesPerTask, count);
                for (int i = task * ImagesPerTask; i < endExcl; i++)
                {
                    int image = ((int*)index)[i];
                    Fill(images.Pixels(image), seed is { } s ? s with { Image = s.Image + image } : null, new Span<float>((float*)view + i * (long)ViewLength, ViewLength), scratch);
                }
                _scratch.Add(scratch);
            }

            int tasks = (count + ImagesPerTask - 1) / ImagesPerTask;
            if (threads is 1)
                for (int task = 0; task < tasks; task++)
                    Run(task);
            else
                Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = threads }, Run);
        }
    }

    /// <summary>A random view, or without a seed the plain image.</summary>
    void Fill(ReadOnlySpan<byte> pixels, ViewSeed? seed, Span<float> view, ViewScratch scratch)
    {
        if (seed is null)
            _resizer.Resize(pixels, CropBox.Whole(ImageSize), flip: false, scratch);
        else
        {
            var random = new ViewRandom(seed.Value);
            CropBox box = RandomResizedCrop.Sample(ref random, ImageSize, _recipe.CropAreaMin, _recipe.CropAreaMax);
            _resizer.Resize(pixels, box, flip: random.Chance(_recipe.FlipProbability), scratch);
            if (random.Chance(_recipe.JitterProbability))
                ColorJitter.Sample(ref random, _recipe).Apply(scratch.Planes);
            if (random.Chance(_recipe.GrayProbability))
                scratch.Planes.ToGray();
            if (random.Chance(_recipe.BlurProbability))   // what is drawn from here on is drawn last: views without it stay what they are
                GaussianBlur.Sample(ref random, _recipe, ViewSize).Apply(scratch.Planes);
            if (random.Chance(_recipe.SolarizeProbability))
                scratch.Planes.Solarize((float)(_recipe.SolarizeThreshold * 255));
        }
        _normalization.Write(scratch.Planes, view);
    }

    ViewScratch RentScratch() => _scratch.TryTake(out ViewScratch? scratch) ? scratch : new ViewScratch(ImageSize, ViewSize);

    static void ThrowIfNotThreeFinite(ReadOnlySpan<float> values, string argument)
    {
        if (values.Length != 3 || !float.IsFinite(values[0] + values[1] + values[2]))
            throw new ArgumentException($"[{string.Join(", ", values.ToArray())}]; expected three finite numbers: red, green, blue.", argument);
    }
}
