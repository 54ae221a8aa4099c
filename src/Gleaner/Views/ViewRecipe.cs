namespace Gleaner;

/// <summary>How one random view of an image is made: SimCLR's augmentations as the SAS authors set them (arXiv 2302.09195; SimCLR, appendix A). <see cref="ViewRecipes"/> has those of the methods.</summary>
public sealed record ViewRecipe
{
    /// <summary>Width and height of a view in pixels; 0 means that of the image.</summary>
    public int Size { get; init; }

    /// <summary>Smallest share of the image's area that a crop keeps.</summary>
    public double CropAreaMin { get; init; } = 0.08;

    /// <summary>Largest share of the image's area that a crop keeps.</summary>
    public double CropAreaMax { get; init; } = 1;

    /// <summary>Resampling of the crop; the authors' is bicubic.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bicubic;

    /// <summary>Probability of a left-right flip.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Probability of colour jitter.</summary>
    public double JitterProbability { get; init; } = 0.8;

    /// <summary>Brightness is scaled by a factor from [1 - b, 1 + b].</summary>
    public double Brightness { get; init; } = 0.4;

    /// <summary>Contrast is scaled by a factor from [1 - c, 1 + c].</summary>
    public double Contrast { get; init; } = 0.4;

    /// <summary>Saturation is scaled by a factor from [1 - s, 1 + s].</summary>
    public double Saturation { get; init; } = 0.4;

    /// <summary>Hue is turned by a share of the colour circle from [-h, h]; at most 0.5.</summary>
    public double Hue { get; init; } = 0.1;

    /// <summary>Probability that the view becomes grey.</summary>
    public double GrayProbability { get; init; } = 0.2;

    /// <summary>Probability of a Gaussian blur.</summary>
    public double BlurProbability { get; init; }

    /// <summary>Smallest standard deviation of the blur, in pixels of the view; above 0.</summary>
    public double BlurSigmaMin { get; init; } = 0.1;

    /// <summary>Largest standard deviation of the blur, in pixels of the view.</summary>
    public double BlurSigmaMax { get; init; } = 2;

    /// <summary>Width of the blur's kernel in pixels, odd; 0 means a tenth of the view, at least 3 (SimCLR, appendix A: 9 for 96, 23 for 224 pixels).</summary>
    public int BlurKernel { get; init; }

    /// <summary>Probability that levels at or above <see cref="SolarizeThreshold"/> are inverted.</summary>
    public double SolarizeProbability { get; init; }

    /// <summary>Where inversion starts, as a share of the range of levels; the default is level 128 of 255, as Pillow's.</summary>
    public double SolarizeThreshold { get; init; } = 128 / 255.0;

    internal void Validate(int imageSize)
    {
        if (Size < 0)
            throw Invalid(nameof(Size), Size, "0 (the image's) or a number of pixels");
        if (!(CropAreaMin > 0 && CropAreaMin <= CropAreaMax && CropAreaMax <= 1))
            throw new ArgumentException($"{nameof(CropAreaMin)} is {CropAreaMin} and {nameof(CropAreaMax)} {CropAreaMax}; expected 0 < min <= max <= 1.");
        if (!Enum.IsDefined(Interpolation))
            throw new ArgumentException($"{nameof(Interpolation)} is {Interpolation}; expected {string.Join(" or ", Enum.GetNames<Interpolation>())}.");
        ThrowIfNotProbability(FlipProbability, nameof(FlipProbability));
        ThrowIfNotProbability(JitterProbability, nameof(JitterProbability));
        ThrowIfNotProbability(GrayProbability, nameof(GrayProbability));
        ThrowIfNotSpread(Brightness, nameof(Brightness));
        ThrowIfNotSpread(Contrast, nameof(Contrast));
        ThrowIfNotSpread(Saturation, nameof(Saturation));
        if (!(Hue is >= 0 and <= 0.5))
            throw Invalid(nameof(Hue), Hue, "a share of the colour circle from 0 to 0.5");
        ThrowIfNotProbability(SolarizeProbability, nameof(SolarizeProbability));
        if (!(SolarizeThreshold is >= 0 and <= 1))
            throw Invalid(nameof(SolarizeThreshold), SolarizeThreshold, "a share of the range from 0 to 1");
        ThrowIfNotBlur(Size is 0 ? imageSize : Size);
    }

    void ThrowIfNotBlur(int viewSize)
    {
        ThrowIfNotProbability(BlurProbability, nameof(BlurProbability));
        if (!(BlurSigmaMin > 0 && BlurSigmaMin <= BlurSigmaMax && double.IsFinite(BlurSigmaMax)))
            throw new ArgumentException($"{nameof(BlurSigmaMin)} is {BlurSigmaMin} and {nameof(BlurSigmaMax)} {BlurSigmaMax}; expected 0 < min <= max.");
        if (BlurKernel != 0 && (BlurKernel < 0 || BlurKernel % 2 is 0))
            throw Invalid(nameof(BlurKernel), BlurKernel, "0 (a tenth of the view) or an odd number of pixels");
        if (BlurProbability > 0 && GaussianBlur.KernelOf(this, viewSize) / 2 >= viewSize)
            throw Invalid(nameof(BlurKernel), GaussianBlur.KernelOf(this, viewSize), $"at most {2 * viewSize - 1}, as much as a view of {viewSize} x {viewSize} reflects at its borders");
    }

    static void ThrowIfNotProbability(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
            throw Invalid(name, value, "a probability from 0 to 1");
    }

    static void ThrowIfNotSpread(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw Invalid(name, value, "0 (no change) or more");
    }

    static ArgumentException Invalid(string name, double value, string expected) => new($"{name} is {value}; expected {expected}.");
}
