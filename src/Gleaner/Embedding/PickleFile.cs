using System.Buffers.Binary;

namespace Gleaner;

/// <summary>Writes Python's pickle, the format in which the authors of SAS publish their subsets. Gleaner never reads one: a pickle can run code.</summary>
/// <remarks>pickle protocol 4 (PEP 3154), the bytes of <c>pickle.dumps(list, protocol=4)</c>.</remarks>
public static class PickleFile
{
    /// <summary>Python closes a frame at the first number after that many bytes, and does without one below the least.</summary>
    const int FrameTarget = 64 * 1024, FrameLeast = 4;

    /// <summary>Python appends that many items to a list at once.</summary>
    const int Batch = 1000;

    const byte Mark = (byte)'(', EmptyList = (byte)']', Memoize = 0x94, Append = (byte)'a', Appends = (byte)'e', Frame = 0x95, Stop = (byte)'.';

    /// <summary>Writes a list of ints that <c>pickle.load</c> reads.</summary>
    public static void WriteIntList(Stream stream, ReadOnlySpan<int> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write([0x80, 4]);

        var frame = new MemoryStream();
        frame.Write([EmptyList, Memoize]);
        for (int i = 0; i < values.Length; i++)
        {
            if (values.Length > 1 && i % Batch == 0) frame.WriteByte(Mark);
            if (frame.Length >= FrameTarget) Flush(frame, stream);
            WriteInt(frame, values[i]);
            if (values.Length == 1) frame.WriteByte(Append);
            else if (i % Batch == Batch - 1 || i == values.Length - 1) frame.WriteByte(Appends);
        }
        frame.WriteByte(Stop);
        Flush(frame, stream);
    }

    static void WriteInt(MemoryStream frame, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        var (opcode, length) = value switch
        {
            >= 0 and <= byte.MaxValue => ('K', 1),
            >= 0 and <= ushort.MaxValue => ('M', 2),
            _ => ('J', 4),
        };
        frame.WriteByte((byte)opcode);
        frame.Write(bytes[..length]);
    }

    static void Flush(MemoryStream frame, Stream stream)
    {
        if (frame.Length >= FrameLeast)
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, frame.Length);
            stream.WriteByte(Frame);
            stream.Write(length);
        }
        frame.WriteTo(stream);
        frame.SetLength(0);
    }
}
