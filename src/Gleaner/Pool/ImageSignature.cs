using System.Text;

namespace Gleaner;

/// <summary>Tells the format of an image from its first bytes: names lie, contents do not.</summary>
static class ImageSignature
{
    /// <summary>The formats that are read, for messages.</summary>
    public const string Formats = "PNG, JPEG, WebP, GIF, BMP";

    /// <summary>The eight bytes that every PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>The name of the format.</summary>
    /// <exception cref="InvalidDataException">The bytes are none of <see cref="Formats"/>; the message says what they are.</exception>
    public static string Recognise(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) throw new InvalidDataException("is 0 bytes");
        if (file.StartsWith(Png)) return "PNG";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return "JPEG";
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8)) return "WebP";
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return "GIF";
        if (file.StartsWith("BM"u8)) return "BMP";
        throw new InvalidDataException($"starts with {Show(file[..Math.Min(4, file.Length)])}, which is no image format that is read here ({Formats})");
    }

    /// <summary>What the names of such files end with, without the point.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Recognise"/>.</exception>
    public static string Extension(ReadOnlySpan<byte> file) => Recognise(file) is "JPEG" ? "jpg" : Recognise(file).ToLowerInvariant();

    static string Show(ReadOnlySpan<byte> start) =>
        start.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"the bytes {Convert.ToHexString(start)}"
            : $"'{Encoding.ASCII.GetString(start)}'";
}
