using System.Buffers.Binary;

namespace Gleaner;

/// <summary>An opened <c>.npy</c> array: the header is read, the numbers are read once, by one of the two methods.</summary>
public sealed class NpyArray : IDisposable
{
    readonly Stream _stream;
    readonly string _where;
    readonly long _bytes;

    /// <summary>Takes over <paramref name="stream"/>, which has <paramref name="bytes"/> bytes after the header.</summary>
    internal NpyArray(Stream stream, string where, NpyHeader header, long bytes) => (_stream, _where, Header, _bytes) = (stream, where, header, bytes);

    /// <summary>Number type, order and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>An n x d array of float16, float32 or float64 as float32, row after row; takes one array of that size and little else.</summary>
    /// <exception cref="InvalidDataException">The array has other numbers or another shape, or the file is cut off.</exception>
    public EmbeddingFile.Matrix ReadMatrix()
    {
        RefuseObjects();
        if (FloatFormat.FromNumpy(Header.Dtype) is not { } format)
            throw new InvalidDataException($"{_where}: numbers of type {Header.Dtype}; expected float16, float32 or float64. Save array.astype(numpy.float32).");
        var (count, dimension) = EmbeddingFile.MatrixShape(Header.Shape, _where);
        CheckBytes(format.Bytes);
        return new EmbeddingFile.Matrix(format.Read(_stream, count, dimension, Header.FortranOrder, _where), count, dimension);
    }

    /// <summary>A one-dimensional array of whole numbers, signed or not, of 8 to 64 bits.</summary>
    /// <exception cref="InvalidDataException">The array has other numbers or another shape, or the file is cut off.</exception>
    public long[] ReadIntegers()
    {
        CheckIntegers();
        if (Header.Shape is not [var length]) throw new InvalidDataException($"{_where}: {Header}; expected one dimension. Save array.ravel().");
        return Integers(length);
    }

    /// <summary>An array of whole numbers of shape (n, 2), such as images with their labels.</summary>
    /// <exception cref="InvalidDataException">The array has other numbers or another shape, or the file is cut off.</exception>
    public (long First, long Second)[] ReadIntegerPairs()
    {
        CheckIntegers();
        if (Header.Shape is not [var length, 2]) throw new InvalidDataException($"{_where}: {Header}; expected the shape (n, 2). Save numpy.stack([indices, labels], axis=1).");
        if (length > Array.MaxLength / 2) throw new InvalidDataException($"{_where}: {length} rows; expected at most {Array.MaxLength / 2}.");
        long[] values = Integers(2 * length);
        int n = (int)length;
        return [.. Enumerable.Range(0, n).Select(i => Header.FortranOrder ? (values[i], values[n + i]) : (values[2 * i], values[2 * i + 1]))];
    }

    void CheckIntegers()
    {
        RefuseObjects();
        if (Header.Dtype is not ['<' or '>' or '|', 'i' or 'u', '1' or '2' or '4' or '8'])
            throw new InvalidDataException($"{_where}: numbers of type {Header.Dtype}; expected whole numbers. Save array.astype(numpy.int64), or numpy.flatnonzero(array) for a mask.");
    }

    long[] Integers(long length)
    {
        int size = Header.Dtype[2] - '0';
        CheckBytes(size);
        if (length > Array.MaxLength)
            throw new InvalidDataException($"{_where}: {length} numbers; expected at most {Array.MaxLength}.");

        var values = new long[length];
        var buffer = new byte[1 << 16];
        for (int i = 0; i < values.Length;)
        {
            int chunk = Math.Min(values.Length - i, buffer.Length / size);
            if (_stream.ReadAtLeast(buffer.AsSpan(0, chunk * size), chunk * size, throwOnEndOfStream: false) < chunk * size)
                throw new InvalidDataException($"{_where}: ends before its last number. The file is cut off; copy it again.");
            for (int j = 0; j < chunk; j++, i++) values[i] = Integer(buffer.AsSpan(j * size, size), i);
        }
        return values;
    }

    long Integer(Span<byte> bytes, int index)
    {
        if (Header.Dtype[0] == '>') bytes.Reverse();
        bool signed = Header.Dtype[1] == 'i';
        return bytes.Length switch
        {
            1 => signed ? (sbyte)bytes[0] : bytes[0],
            2 => signed ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => signed ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes) is var value && (signed || value >= 0) ? value
                : throw new InvalidDataException($"{_where}: element {index} is {(ulong)value}; expected at most {long.MaxValue}."),
        };
    }

    void RefuseObjects()
    {
        if (Header.Dtype.Contains('O'))
            throw new InvalidDataException($"{_where}: an array of Python objects, which is a pickle and can run code; it is not read. Save numbers: numpy.save(path, numpy.stack(array).astype(numpy.float32)).");
    }

    /// <summary>Refuses a header that promises more, or less, than the file holds, before memory is taken.</summary>
    void CheckBytes(int size)
    {
        UInt128 expected = (uint)size;
        foreach (long axis in Header.Shape) expected = UInt128.Min(expected * (ulong)axis, ulong.MaxValue);   // a product beyond any file stays so
        if (expected != (UInt128)_bytes)
            throw new InvalidDataException($"{_where}: {_bytes} bytes of numbers; expected {expected} for {Header}. The file is cut off, damaged or holds more than one array.");
    }
}
