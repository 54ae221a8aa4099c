using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>numpy's file of one array, <c>.npy</c>; files written here are the bytes that numpy.save writes.</summary>
public static class NpyFile
{
    /// <summary>Opens a file and reads its header; dispose of the array to close the file.</summary>
    /// <exception cref="InvalidDataException">The file is no <c>.npy</c> file, or holds a table.</exception>
    public static NpyArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(File.OpenRead(path), path);
    }

    /// <summary>Reads the header at the stream's position; the array owns the stream, which must be able to seek.</summary>
    /// <param name="stream">One array, up to the stream's end.</param>
    /// <param name="where">What error messages call the stream.</param>
    /// <exception cref="InvalidDataException">The stream is no <c>.npy</c> file, or holds a table.</exception>
    public static NpyArray Read(Stream stream, string where)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, where, stream.Length - stream.Position);
    }

    /// <summary>Reads the header of <paramref name="length"/> bytes; for streams that cannot seek.</summary>
    internal static NpyArray Read(Stream stream, string where, long length)
    {
        try
        {
            var header = NpyHeader.Read(stream, where, out int headerBytes);
            return new NpyArray(stream, where, header, length - headerBytes);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a one-dimensional array of int64.</summary>
    public static void Write(Stream stream, ReadOnlySpan<long> values) => Write(stream, "<i8", [values.Length], values);

    /// <summary>Writes a one-dimensional array of int32.</summary>
    public static void Write(Stream stream, ReadOnlySpan<int> values) => Write(stream, "<i4", [values.Length], values);

    /// <summary>Writes rows x columns numbers of float32, row after row.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
            throw new ArgumentException($"{values.Length} numbers; expected {rows} x {columns}.", nameof(values));
        Write(stream, "<f4", [rows, columns], values);
    }

    static void Write<T>(Stream stream, string dtype, long[] shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(new NpyHeader(dtype, FortranOrder: false, shape).ToBytes());
        // In pieces, because a span of bytes ends at 2 GB. Every platform of .NET that we build for is little-endian.
        for (; values.Length > 0; values = values[Math.Min(values.Length, 1 << 20)..])
            stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, 1 << 20)]));
    }
}
