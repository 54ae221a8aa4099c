using System.IO.Compression;

namespace Gleaner;

/// <summary>Unpacks the pages of Parquet files.</summary>
static class ParquetCodec
{
    static readonly string[] Names = ["none", "Snappy", "gzip", "LZO", "Brotli", "LZ4", "Zstandard", "LZ4"];

    /// <summary>The number of Snappy, in which pyarrow, DuckDB and this library write.</summary>
    public const int Snappy = 1;

    /// <exception cref="InvalidDataException">They are not <paramref name="length"/> bytes, or packed in a way that is not read here.</exception>
    public static ReadOnlyMemory<byte> Unpack(int codec, ReadOnlyMemory<byte> packed, int length)
    {
        if (codec == 0) return packed;
        if (length == 0) return default;
        var unpacked = new byte[length];
        int written;
        try
        {
            written = codec switch
            {
                Snappy => Snappier.Snappy.GetUncompressedLength(packed.Span) is var claimed && claimed <= length ? Snappier.Snappy.Decompress(packed.Span, unpacked) : claimed,
                2 => FromStream(new GZipStream(Stream(packed), CompressionMode.Decompress), unpacked),
                4 => FromStream(new BrotliStream(Stream(packed), CompressionMode.Decompress), unpacked),
                6 => Zstandard(packed.Span, unpacked),
                _ => throw new InvalidDataException($"packed with {(codec < Names.Length ? Names[codec] : $"codec {codec}")}; expected none, Snappy, gzip, Brotli or Zstandard. Write it again with one of these"),
            };
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"a page cannot be unpacked: {e.Message}", e);
        }
        return written == length ? unpacked : throw new InvalidDataException($"a page has {written} bytes once unpacked; its header says {length}");
    }

    static MemoryStream Stream(ReadOnlyMemory<byte> packed) => new(packed.ToArray());

    static int FromStream(Stream stream, byte[] unpacked)
    {
        using (stream) return stream.ReadAtLeast(unpacked, unpacked.Length, throwOnEndOfStream: false);
    }

    static int Zstandard(ReadOnlySpan<byte> packed, byte[] unpacked)
    {
        using var decompressor = new ZstdSharp.Decompressor();
        return decompressor.Unwrap(packed, unpacked);
    }
}
