namespace Gleaner;

/// <summary>How one random view of an image is made: SimCLR's augmentations as the SAS authors set them (arXiv 2302.09195; SimCLR, appendix A).</summary>
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
}
