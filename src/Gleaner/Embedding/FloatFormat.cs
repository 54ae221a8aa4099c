using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>How a file stores floating-point numbers, and how they become float32.</summary>
readonly record struct FloatFormat(int Bytes, bool BigEndian = false, bool Brain = false)
{
    /// <summary>Large enough for the disk, small enough for the cache.</summary>
    const int BufferBytes = 1 << 18;

    /// <summary>The format of a numpy dtype ("&lt;f4"); null for one that holds no float16, float32 or float64.</summary>
    public static FloatFormat? FromNumpy(string dtype) => dtype is ['<' or '>', 'f', '2' or '4' or '8'] ? new(dtype[2] - '0', dtype[0] == '>') : null;

    /// <summary>The format of a safetensors dtype; null for one that holds no floating-point numbers of 16 bits or more.</summary>
    public static FloatFormat? FromSafeTensors(string dtype) => dtype switch
    {
        "F16" => new(2),
        "BF16" => new(2, Brain: true),
        "F32" => new(4),
        "F64" => new(8),
        _ => null,
    };

    /// <summary>Reads count x dimension numbers, row after row or (Fortran) column after column, into one array and little else.</summary>
    public float[] Read(Stream stream, int count, int dimension, bool fortran, string where)
    {
        var values = LargeArray.Allocate<float>(checked(count * dimension));
        if (!fortran)
        {
            Read(stream, values, where);
            return values;
        }
        var column = new float[count];
        for (int c = 0; c < dimension; c++)
        {
            Read(stream, column, where);
            for (int r = 0; r < count; r++) values[r * dimension + c] = column[r];
        }
        return values;
    }

    /// <summary>The same numbers as little-endian float32.</summary>
    public byte[] InSingle(ReadOnlySpan<byte> source)
    {
        if (Bytes == sizeof(float) && !BigEndian) return source.ToArray();
        var single = new byte[source.Length / Bytes * sizeof(float)];
        var values = MemoryMarshal.Cast<byte, float>(single.AsSpan());
        Decode(source.ToArray(), values);
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, uint>(values), MemoryMarshal.Cast<float, uint>(values));
        return single;
    }

    void Read(Stream stream, Span<float> destination, string where)
    {
        bool asStored = Bytes == sizeof(float) && !Swapped;
        byte[] buffer = asStored ? [] : new byte[BufferBytes];
        while (destination.Length > 0)
        {
            int chunk = Math.Min(destination.Length, BufferBytes / Bytes);
            var bytes = asStored ? MemoryMarshal.AsBytes(destination[..chunk]) : buffer.AsSpan(0, chunk * Bytes);
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"{where}: ends before its last number. The file is cut off; copy it again.");
            if (!asStored) Decode(bytes, destination[..chunk]);
            destination = destination[chunk..];
        }
    }

    bool Swapped => BigEndian == BitConverter.IsLittleEndian;

    /// <summary>Converts numbers; <paramref name="source"/> is scratch afterwards.</summary>
    void Decode(Span<byte> source, Span<float> destination)
    {
        switch (Bytes)
        {
            case 2:
                var halves = MemoryMarshal.Cast<byte, ushort>(source);
                if (Swapped) BinaryPrimitives.ReverseEndianness(halves, halves);
                if (!Brain) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(halves), destination);
                else for (int i = 0; i < halves.Length; i++) destination[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
            case 8:
                var doubles = MemoryMarshal.Cast<byte, ulong>(source);
                if (Swapped) BinaryPrimitives.ReverseEndianness(doubles, doubles);
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<ulong, double>(doubles), destination);
                break;
        }
    }
}
