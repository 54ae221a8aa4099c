using SkiaSharp;
using Xunit;

namespace Gleaner.Tests;

public sealed class ImageFileTests
{
    const int Width = 37, Height = 23;

    static readonly byte[] Gradient = MadeImages.Gradient(Width, Height);

    public static TheoryData<string> Formats => ["png", "jpg", "webp", "gif", "bmp"];

    static byte[] File(string format) => format switch
    {
        "png" => MadeImages.Png(Width, Height),
        "jpg" => MadeImages.Encode(SKEncodedImageFormat.Jpeg, Gradient, Width, Height),
        "webp" => MadeImages.Encode(SKEncodedImageFormat.Webp, Gradient, Width, Height),
        "gif" => MadeImages.Gif,
        _ => MadeImages.Bmp(Gradient, Width, Height),
    };

    [Theory]
    [InlineData("png", 0)]
    [InlineData("bmp", 0)]
    [InlineData("jpg", 12)]    // lossy, and its chroma has half the resolution
    [InlineData("webp", 12)]
    public void Pixels_come_back(string format, int tolerance)
    {
        var (rgb, width, height) = ImageFile.Decode(File(format));

        Assert.Equal((Width, Height), (width, height));
        Assert.True(Worst(Gradient, rgb) <= tolerance, $"worst difference {Worst(Gradient, rgb)}");
    }

    [Fact]
    public void Gif_is_read() => Assert.Equal([255, 0, 0, 0, 0, 255], ImageFile.Decode(MadeImages.Gif).Rgb);

    [Theory, MemberData(nameof(Formats))]
    public void A_file_cut_anywhere_is_rejected_or_loses_nothing(string format)
    {
        byte[] file = File(format), whole = ImageFile.Decode(file).Rgb;

        for (int length = 0; length < file.Length; length++)
        {
            byte[]? rgb = null;
            try { rgb = ImageFile.Decode(file.AsSpan(0, length)).Rgb; }
            catch (InvalidDataException e) { Assert.NotEmpty(e.Message); }
            if (rgb is not null) Assert.Equal(whole, rgb);
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_png_is_noticed_or_harmless()
    {
        byte[] file = MadeImages.Png(5, 4), whole = ImageFile.Decode(file).Rgb;

        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            var damaged = (byte[])file.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            byte[]? rgb = null;
            try { rgb = ImageFile.Decode(damaged).Rgb; }
            catch (InvalidDataException) { }
            if (rgb is not null) Assert.Equal(whole, rgb);
        }
    }

    [Theory]
    [InlineData(100_000u, 100_000u, "declares 100000 x 100000 pixels; at most 100 megapixels are read")]
    [InlineData(int.MaxValue, int.MaxValue, "declares 2147483647 x 2147483647 pixels; at most 100 megapixels are read")]
    [InlineData(uint.MaxValue, uint.MaxValue, "declares 4294967295 x 4294967295 pixels; at most 100 megapixels are read")]
    [InlineData(0u, 7u, "declares 0 x 7 pixels")]
    public void Absurd_sizes_are_refused_by_what_they_declare(uint width, uint height, string reason)
    {
        byte[] file = MadeImages.PngDeclaring(width, height, bits: 8, colour: 2, rows: new byte[100]);

        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => { ImageFile.Decode(file); }).Message);
    }

    [Fact]
    public void A_valid_bomb_is_refused_before_it_is_unpacked()
    {
        byte[] file = MadeImages.PngDeclaring(12_000, 12_000, bits: 1, colour: 0, rows: new byte[12_000 * 1501]);

        Assert.Equal("declares 12000 x 12000 pixels; at most 100 megapixels are read", Assert.Throws<InvalidDataException>(() => { ImageFile.Decode(file); }).Message);
    }

    [Theory]
    [InlineData("zTXt", "Comment\0\0")]
    [InlineData("iCCP", "profile\0\0")]
    [InlineData("iTXt", "Comment\0\x01\0\0\0")]
    public void Packed_text_and_profiles_that_swell_are_left_packed(string type, string start)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(start), .. MadeImages.Deflate(new byte[100_000_000])];
        byte[] file = MadeImages.PngDeclaring(2, 2, bits: 8, colour: 2, rows: new byte[14], (type, body));

        Assert.Equal(new byte[12], ImageFile.Decode(file).Rgb);
    }

    [Fact]
    public void Sixteen_bits_are_scaled_not_clipped_and_transparent_colour_is_kept()
    {
        byte[] grey16 = [0, 0x80, 0x80, 0xff, 0xff], rgba = [0, 200, 100, 50, 0, 10, 20, 30, 128];

        Assert.Equal([128, 128, 128, 255, 255, 255], ImageFile.Decode(MadeImages.PngDeclaring(2, 1, bits: 16, colour: 0, grey16)).Rgb);
        Assert.Equal([200, 100, 50, 10, 20, 30], ImageFile.Decode(MadeImages.PngDeclaring(2, 1, bits: 8, colour: 6, rgba)).Rgb);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(4000, 1)]
    [InlineData(3, 2)]
    public void Extreme_shapes_are_read(int width, int height)
    {
        var rgb = new byte[32 * 32 * 3];

        ImageFile.Read(MadeImages.Png(Enumerable.Repeat((byte)77, width * height * 3).ToArray(), width, height), 32, rgb);

        Assert.All(rgb, value => Assert.Equal(77, value));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void Orientation_is_undone(int orientation)
    {
        // In 16 x 16 blocks of one colour JPEG is nearly exact, so that every pixel can be compared.
        var (upright, width, height) = (Blocks(3, 2, at => at), 48, 32);
        byte[] jpeg = orientation < 5
            ? MadeImages.Encode(SKEncodedImageFormat.Jpeg, Blocks(3, 2, at => Stored(orientation, at)), 48, 32)
            : MadeImages.Encode(SKEncodedImageFormat.Jpeg, Blocks(2, 3, at => Stored(orientation, at)), 32, 48);

        var found = ImageFile.Decode(WithExif(jpeg, orientation));

        Assert.Equal((width, height), (found.Width, found.Height));
        Assert.True(Worst(upright, found.Rgb) <= 3, $"worst difference {Worst(upright, found.Rgb)}");
    }

    /// <summary>Which block of the upright 3 x 2 picture the camera stored at <paramref name="at"/>; EXIF 2.3, table of the Orientation tag.</summary>
    static (int X, int Y) Stored(int orientation, (int X, int Y) at) => orientation switch
    {
        2 => (2 - at.X, at.Y),
        3 => (2 - at.X, 1 - at.Y),
        4 => (at.X, 1 - at.Y),
        5 => (at.Y, at.X),
        6 => (2 - at.Y, at.X),
        7 => (2 - at.Y, 1 - at.X),
        8 => (at.Y, 1 - at.X),
        _ => at,
    };

    static byte[] Blocks(int across, int down, Func<(int X, int Y), (int X, int Y)> upright)
    {
        var rgb = new byte[across * down * 256 * 3];
        for (int i = 0; i < across * down * 256; i++)
        {
            var (x, y) = upright((i % (across * 16) / 16, i / (across * 16) / 16));
            rgb.AsSpan(3 * i, 3).Fill((byte)(20 + 40 * (y * 3 + x)));
        }
        return rgb;
    }

    static byte[] WithExif(byte[] jpeg, int orientation) => [
        .. jpeg[..2], 0xff, 0xe1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, .. jpeg[2..]];

    [Fact]
    public void A_large_jpeg_is_decoded_at_reduced_size_and_looks_the_same()
    {
        byte[] jpeg = MadeImages.Encode(SKEncodedImageFormat.Jpeg, MadeImages.Gradient(800, 600), 800, 600, quality: 90);

        var reduced = ImageFile.Decode(jpeg, shorterSide: 70);
        byte[] fast = new byte[70 * 70 * 3], slow = new byte[70 * 70 * 3];
        ImageFile.Read(jpeg, 70, fast);
        var full = ImageFile.Decode(jpeg);
        Resampler.ResizeAndCrop(full.Rgb, full.Width, full.Height, 70, slow);

        Assert.Equal((100, 75), (reduced.Width, reduced.Height));
        Assert.True(Worst(slow, fast) <= 3, $"worst difference {Worst(slow, fast)}");
    }

    static int Worst(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
