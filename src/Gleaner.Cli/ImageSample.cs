namespace Gleaner.Cli;

/// <summary>Some images of a pool, copied, so that they can be embedded alone.</summary>
static class ImageSample
{
    public static DecodedImages Of(DecodedImages images, IReadOnlyList<int> indices)
    {
        var pixels = new byte[checked(indices.Count * images.BytesPerImage)];
        for (int i = 0; i < indices.Count; i++) images.Pixels(indices[i]).CopyTo(pixels.AsSpan(i * images.BytesPerImage));
        return new DecodedImages(pixels, indices.Count, images.Size);
    }
}
