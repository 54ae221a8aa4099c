using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;

namespace Gleaner.Tests;

/// <summary>Small images made for tests, good ones and the sort that no encoder would write.</summary>
static class MadeImages
{
    /// <summary>A 2 x 1 GIF: red, blue; written by hand, as the encoder knows no GIF.</summary>
    public static byte[] Gif => [
        .. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255,   // two colours
        0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0a, 0, 0x3b];   // codes: clear 4, 0, 1, end 5 in three bits each

    /// <summary>Smooth in both directions, different in each channel and corner: what an orientation or a channel swap cannot hide in.</summary>
    public static byte[] Gradient(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int at = (y * width + x) * 3;
                rgb[at] = (byte)(255 * x / Math.Max(1, width - 1));
                rgb[at + 1] = (byte)(255 * y / Math.Max(1, height - 1));
                rgb[at + 2] = (byte)(64 + 128 * x * y / (width * height));
            }
        return rgb;
    }

    public static byte[] Png(byte[] rgb, int width, int height)
    {
        using var file = new MemoryStream();
        ImageFile.EncodePng(file, rgb, width, height);
        return file.ToArray();
    }

    public static byte[] Png(int width, int height) => Png(Gradient(width, height), width, height);

    public static byte[] Encode(SKEncodedImageFormat format, byte[] rgb, int width, int height, int quality = 100)
    {
        using var bitmap = SKBitmap.Decode(Png(rgb, width, height));
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A 24-bit BMP, bottom row first.</summary>
    public static byte[] Bmp(byte[] rgb, int width, int height)
    {
        int stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * height];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, width), (22, height), (26, 1 | 24 << 16), (34, stride * height) })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (int y = 0; y < height; y++)
            for (int i = 0; i < width * 3; i++)
                file[54 + (height - 1 - y) * stride + i / 3 * 3 + 2 - i % 3] = rgb[y * width * 3 + i];
        return file;
    }

    /// <summary>A PNG that declares anything; the checksums are right.</summary>
    public static byte[] PngDeclaring(uint width, uint height, byte bits, byte colour, byte[] rows, params (string Type, byte[] Body)[] extra)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, colour);
        using var file = new MemoryStream();
        file.Write(ImageSignature.Png);
        Chunk(file, "IHDR", header);
        foreach (var (type, body) in extra) Chunk(file, type, body);
        Chunk(file, "IDAT", Deflate(rows));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal)) stream.Write(bytes);
        return packed.ToArray();
    }

    static void Chunk(MemoryStream file, string type, byte[] body)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. body];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(typed));
        file.Write(number);
    }
}
