namespace Gleaner;

/// <summary>A rectangle of an image, in pixels from the top left.</summary>
readonly record struct CropBox(int X, int Y, int Width, int Height)
{
    public static CropBox Whole(int imageSize) => new(0, 0, imageSize, imageSize);
}
