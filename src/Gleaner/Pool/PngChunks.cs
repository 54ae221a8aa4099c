using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gleaner;

/// <summary>Checks a PNG's chunks before it is decoded: decoders forgive wrong checksums and fill in what is missing, a pool must not.</summary>
static class PngChunks
{
    /// <summary>The declared size. Critical chunks (upper-case first letter: IHDR, PLTE, IDAT) must be whole and have the right checksum.</summary>
    /// <exception cref="InvalidDataException">They are not; the message is the reason.</exception>
    public static (long Width, long Height) Check(ReadOnlySpan<byte> png)
    {
        (long Width, long Height)? size = null;
        bool pixels = false;
        for (int at = ImageSignature.Png.Length; at < png.Length;)
        {
            if (png.Length - at < 12) throw Early($"{png.Length - at} bytes are left at byte {at}, too few for a chunk");
            long length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            string type = Encoding.ASCII.GetString(png.Slice(at + 4, 4));
            if (length > png.Length - at - 12) throw Early($"{Printable(type)} at byte {at} needs {length} bytes; {png.Length - at - 12} are left");

            bool critical = char.IsAsciiLetterUpper(type[0]);
            var body = png.Slice(at + 8, (int)length);
            if (critical && Crc32.HashToUInt32(png.Slice(at + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(png[(at + 8 + (int)length)..]))
                throw new InvalidDataException($"PNG is damaged: the checksum of {Printable(type)} at byte {at} is wrong");

            size ??= type == "IHDR" && length == 13
                ? (BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt32BigEndian(body[4..]))
                : throw new InvalidDataException($"PNG is damaged: the first chunk is {Printable(type)} with {length} bytes; expected IHDR with 13");
            pixels |= type == "IDAT";
            if (type == "IEND")   // what comes after is not part of the picture
                return pixels ? size.Value : throw new InvalidDataException("PNG is damaged: it holds no pixels (no IDAT)");
            at += 12 + (int)length;
        }
        throw Early($"IEND, its last chunk, is missing after {png.Length} bytes");
    }

    static InvalidDataException Early(string what) => new($"PNG ends early: {what}");

    static string Printable(string type) => type.All(char.IsAsciiLetter) ? type : "a chunk without a valid name";
}
