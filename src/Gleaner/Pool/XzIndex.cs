using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gleaner;

/// <summary>The index at the end of an .xz file (The .xz File Format 1.2, sections 2.1.2 and 4): it tells the unpacked length without unpacking.</summary>
static class XzIndex
{
    const int FooterBytes = 12, HeaderBytes = 12, MostIndexBytes = 1 << 20;

    /// <summary>The unpacked length; null if the file is not exactly one whole stream, so that only unpacking can tell.</summary>
    public static long? UnpackedLength(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length < HeaderBytes + FooterBytes) return null;
        Span<byte> footer = stackalloc byte[FooterBytes];
        file.Seek(-FooterBytes, SeekOrigin.End);
        file.ReadExactly(footer);
        if (footer[10] != 'Y' || footer[11] != 'Z' || Crc32.HashToUInt32(footer[4..10]) != BinaryPrimitives.ReadUInt32LittleEndian(footer)) return null;

        long indexBytes = (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4;
        if (indexBytes > Math.Min(MostIndexBytes, file.Length - HeaderBytes - FooterBytes)) return null;
        var index = new byte[indexBytes];
        file.Seek(-FooterBytes - indexBytes, SeekOrigin.End);
        file.ReadExactly(index);
        if (index[0] != 0 || Crc32.HashToUInt32(index.AsSpan(..^4)) != BinaryPrimitives.ReadUInt32LittleEndian(index.AsSpan(index.Length - 4))) return null;

        int at = 1;
        long blocks = Next(), packed = 0, unpacked = 0;
        for (long block = 0; block < blocks && at < index.Length - 4; block++)
        {
            packed += (Next() + 3) / 4 * 4;
            unpacked += Next();
        }
        return HeaderBytes + packed + indexBytes + FooterBytes == file.Length ? unpacked : null;

        // Seven bits a byte, the lowest first.
        long Next()
        {
            long value = 0;
            for (int shift = 0; shift < 63 && at < index.Length; shift += 7)
            {
                byte b = index[at++];
                value |= (long)(b & 0x7f) << shift;
                if (b < 0x80) break;
            }
            return value;
        }
    }
}
