namespace Gleaner;

/// <summary>An image of the pool as a data URI, at most 64 pixels wide: up to 32 pixels as PNG, which keeps every pixel; larger ones as JPEG, which is a third as long.</summary>
static class Thumbnail
{
    const int MostPixels = 64, MostLossless = 32, Quality = 80;

    /// <summary>Of <paramref name="size"/> x <paramref name="size"/> RGB bytes.</summary>
    public static string DataUri(ReadOnlySpan<byte> rgb, int size)
    {
        int side = Math.Min(size, MostPixels);
        byte[] small = new byte[side * side * 3];
        Resampler.ResizeAndCrop(rgb, size, size, side, small);
        using var stream = new MemoryStream();
        bool isLossless = side <= MostLossless;
        if (isLossless) ImageFile.EncodePng(stream, small, side, side);
        else ImageFile.EncodeJpeg(stream, small, side, side, Quality);
        return $"data:image/{(isLossless ? "png" : "jpeg")};base64,{Convert.ToBase64String(stream.GetBuffer(), 0, (int)stream.Length)}";
    }
}
