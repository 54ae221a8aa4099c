namespace Gleaner;

/// <summary>A small picture of an image of the pool: up to 32 pixels as PNG, which keeps every pixel; larger ones as JPEG, which is a third as long.</summary>
static class Thumbnail
{
    const int MostPixels = 64, MostLossless = 32, Quality = 80;

    /// <summary>Of <paramref name="size"/> x <paramref name="size"/> RGB bytes, for a page that holds its images itself.</summary>
    public static string DataUri(ReadOnlySpan<byte> rgb, int size)
    {
        var (bytes, type) = Encode(rgb, size, MostPixels);
        return $"data:{type};base64,{Convert.ToBase64String(bytes)}";
    }

    /// <summary>Of <paramref name="size"/> x <paramref name="size"/> RGB bytes, at most <paramref name="most"/> pixels wide, and its media type.</summary>
    public static (byte[] Bytes, string Type) Encode(ReadOnlySpan<byte> rgb, int size, int most)
    {
        int side = Math.Min(size, most);
        byte[] small = new byte[side * side * 3];
        Resampler.ResizeAndCrop(rgb, size, size, side, small);
        return ImageFile.ForBrowser(small, side, side, MostLossless, Quality);
    }
}
