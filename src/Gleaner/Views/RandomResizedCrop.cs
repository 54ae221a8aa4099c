namespace Gleaner;

/// <summary>Which part of a square image a view shows.</summary>
/// <remarks>torchvision's RandomResizedCrop.get_params (Szegedy et al. 2014, arXiv:1409.4842, section 6), with its default ratios.</remarks>
static class RandomResizedCrop
{
    const int Tries = 10;
    static readonly double LogRatioMax = Math.Log(4.0 / 3);   // the smallest ratio is 3/4: minus this

    /// <summary>A box of uniform area in [<paramref name="areaMin"/>, <paramref name="areaMax"/>] (shares of the image) and log-uniform ratio in [3/4, 4/3].</summary>
    public static CropBox Sample(ref ViewRandom random, int imageSize, double areaMin, double areaMax)
    {
        for (int i = 0; i < Tries; i++)
        {
            double area = imageSize * (double)imageSize * random.Uniform(areaMin, areaMax);
            double ratio = Math.Exp(random.Uniform(-LogRatioMax, LogRatioMax));
            int width = (int)Math.Round(Math.Sqrt(area * ratio));    // to even, as Python rounds
            int height = (int)Math.Round(Math.Sqrt(area / ratio));
            if (width is 0 || height is 0 || width > imageSize || height > imageSize)
                continue;
            int y = random.Next(imageSize - height + 1);
            return new CropBox(random.Next(imageSize - width + 1), y, width, height);
        }
        return CropBox.Whole(imageSize);   // a square's ratio lies inside [3/4, 4/3], so torchvision's central crop is all of it
    }
}
