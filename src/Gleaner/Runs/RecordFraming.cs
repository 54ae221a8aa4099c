using System.Buffers.Binary;
using System.Numerics;

namespace Gleaner;

/// <summary>TFRecord framing: length (8 bytes), its checksum (4), the data, its checksum (4), little-endian.</summary>
static class RecordFraming
{
    /// <summary>One framed record.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        var framed = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(framed, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), Masked(framed.AsSpan(0, 8)));
        data.CopyTo(framed.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(12 + data.Length), Masked(data));
        return framed;
    }

    /// <summary>The checksum of checksums is weak, so the format rotates it by 15 bits and adds a constant (tensorflow/core/lib/hash/crc32c.h).</summary>
    public static uint Masked(ReadOnlySpan<byte> data) => unchecked(BitOperations.RotateRight(Crc32C(data), 15) + 0xa282ead8u);

    /// <summary>CRC-32C (Castagnoli), as of RFC 3720.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
