using SkiaSharp;

namespace Gleaner;

/// <summary>
/// Image files as RGB bytes. The values are those stored: no colour conversion, alpha dropped, grey repeated, 16 bits scaled to 8;
/// EXIF orientation is applied. Files that are not whole are rejected. The only file that knows the decoder.
/// </summary>
static class ImageFile
{
    /// <summary>Declared sizes above this are taken for decompression bombs: 100 megapixels need 0.7 GB while they are read.</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>The picture at <paramref name="size"/> x <paramref name="size"/>: shorter side resized, middle cropped.</summary>
    /// <exception cref="InvalidDataException">The file is no whole image; the message is the reason, without a name.</exception>
    public static void Read(ReadOnlySpan<byte> file, int size, Span<byte> rgb)
    {
        var (pixels, width, height) = Decode(file, shorterSide: size);
        Resampler.ResizeAndCrop(pixels, width, height, size, rgb);
    }

    /// <summary>The whole picture, upright. A large JPEG is decoded at 1/2, 1/4 or 1/8 as long as its shorter side stays at least <paramref name="shorterSide"/>.</summary>
    public static (byte[] Rgb, int Width, int Height) Decode(ReadOnlySpan<byte> file, int shorterSide = int.MaxValue)
    {
        string format = ImageSignature.Recognise(file);
        if (format == "PNG") CheckSize(PngChunks.Check(file));

        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened)
            ?? throw new InvalidDataException(opened == SKCodecResult.IncompleteInput ? $"{format} ends early: its header is not whole" : $"{format} is damaged, or of a kind that is not read here");
        CheckSize((codec.Info.Width, codec.Info.Height));

        var size = format == "JPEG" ? ReducedSize(codec, shorterSide) : codec.Info.Size;
        // Without a colour space Skia leaves the values alone; Unpremul keeps the colour under transparent pixels.
        using var bitmap = new SKBitmap();
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        if (!bitmap.TryAllocPixels(info)) throw new InvalidDataException($"has {size.Width} x {size.Height} pixels, for which there is not enough memory");
        var result = codec.GetPixels(info, bitmap.GetPixels());
        return result switch
        {
            SKCodecResult.Success => Upright(bitmap.GetPixelSpan(), size, codec.EncodedOrigin),
            SKCodecResult.IncompleteInput => throw new InvalidDataException($"{format} ends early: its {codec.Info.Width} x {codec.Info.Height} pixels or its end mark are not all there"),
            _ => throw new InvalidDataException($"{format} is damaged: its pixels cannot be decoded"),
        };
    }

    /// <summary>Writes RGB bytes as PNG.</summary>
    public static void EncodePng(Stream target, ReadOnlySpan<byte> rgb, int width, int height) =>
        Encode(target, rgb, width, height, "PNG", (pixmap, stream) => pixmap.Encode(stream, SKPngEncoderOptions.Default));

    /// <summary>Writes RGB bytes as JPEG; <paramref name="quality"/> from 1 to 100.</summary>
    public static void EncodeJpeg(Stream target, ReadOnlySpan<byte> rgb, int width, int height, int quality) =>
        Encode(target, rgb, width, height, "JPEG", (pixmap, stream) => pixmap.Encode(stream, new SKJpegEncoderOptions(quality)));

    /// <summary>For a browser, with its media type: PNG, which keeps every pixel, up to <paramref name="mostLossless"/> pixels on the longer side; JPEG above, which is a third as long.</summary>
    public static (byte[] Bytes, string Type) ForBrowser(ReadOnlySpan<byte> rgb, int width, int height, int mostLossless, int quality)
    {
        using var stream = new MemoryStream();
        bool isLossless = Math.Max(width, height) <= mostLossless;
        if (isLossless) EncodePng(stream, rgb, width, height);
        else EncodeJpeg(stream, rgb, width, height, quality);
        return (stream.ToArray(), isLossless ? "image/png" : "image/jpeg");
    }

    static void Encode(Stream target, ReadOnlySpan<byte> rgb, int width, int height, string format, Func<SKPixmap, Stream, bool> encode)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (rgb.Length != (long)width * height * 3) throw new ArgumentException($"{rgb.Length} bytes; expected {width} x {height} x 3.", nameof(rgb));

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < width * height; i++)
        {
            rgb.Slice(3 * i, 3).CopyTo(rgba[(4 * i)..]);
            rgba[4 * i + 3] = 255;
        }
        using var pixmap = bitmap.PeekPixels();
        if (!encode(pixmap, target)) throw new IOException($"A {format} of {width} x {height} pixels could not be written.");
    }

    static void CheckSize((long Width, long Height) size)
    {
        if (size.Width < 1 || size.Height < 1) throw new InvalidDataException($"declares {size.Width} x {size.Height} pixels");
        if (size.Height > MaxPixels / size.Width)   // not the product: two 32-bit sides overflow a long
            throw new InvalidDataException($"declares {size.Width} x {size.Height} pixels; at most {MaxPixels / 1_000_000} megapixels are read");
    }

    static SKSizeI ReducedSize(SKCodec codec, int shorterSide)
    {
        var size = codec.Info.Size;
        foreach (float scale in (ReadOnlySpan<float>)[1 / 2f, 1 / 4f, 1 / 8f])
        {
            var reduced = codec.GetScaledDimensions(scale);
            if (Math.Min(reduced.Width, reduced.Height) < shorterSide) break;
            size = reduced;
        }
        return size;
    }

    static (byte[] Rgb, int Width, int Height) Upright(ReadOnlySpan<byte> rgba, SKSizeI stored, SKEncodedOrigin origin)
    {
        // EXIF 5 to 8 exchange rows and columns; an origin names where the stored first row and first column are when the picture is upright.
        bool transposed = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool mirrored = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool upsideDown = origin is SKEncodedOrigin.BottomLeft or SKEncodedOrigin.BottomRight or SKEncodedOrigin.LeftBottom or SKEncodedOrigin.RightBottom;
        var (width, height) = transposed ? (stored.Height, stored.Width) : (stored.Width, stored.Height);

        var rgb = new byte[width * height * 3];
        int at = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at += 3)
            {
                int column = mirrored ? width - 1 - x : x, row = upsideDown ? height - 1 - y : y;
                int from = 4 * (transposed ? column * stored.Width + row : row * stored.Width + column);
                (rgb[at], rgb[at + 1], rgb[at + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
            }
        }
        return (rgb, width, height);
    }
}
