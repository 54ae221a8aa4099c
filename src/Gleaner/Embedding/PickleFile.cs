using System.Buffers.Binary;

namespace Gleaner;

/// <summary>
/// Python's pickle of a list of integers, the format in which the authors of SAS publish their subsets. A pickle is a program: reading
/// follows the few opcodes of such a list and refuses every other, so that no file can run anything.
/// </summary>
/// <remarks>Written is protocol 4 (PEP 3154), the bytes of <c>pickle.dumps(list, protocol=4)</c>; read are protocols 0 to 5.</remarks>
public static class PickleFile
{
    /// <summary>Python closes a frame at the first number after that many bytes, and does without one below the least.</summary>
    const int FrameTarget = 64 * 1024, FrameLeast = 4;

    /// <summary>Python appends that many items to a list at once.</summary>
    const int Batch = 1000;

    /// <summary>Reads a list or tuple of plain integers; numpy's are objects that a pickle imports and builds, so they are refused.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds anything else; the message names the opcode and its place.</exception>
    public static long[] ReadIntList(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return ReadIntList(stream, path);
    }

    /// <summary>As <see cref="ReadIntList(string)"/>, from the stream's position to its end.</summary>
    /// <param name="stream">One pickle.</param>
    /// <param name="where">What error messages call the stream.</param>
    public static long[] ReadIntList(Stream stream, string where)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new PickleReader(new BufferedStream(stream), where).Read();
    }

    /// <summary>Writes a list of ints that <c>pickle.load</c> reads.</summary>
    public static void WriteIntList(Stream stream, ReadOnlySpan<int> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write([PickleOpcode.Proto, 4]);

        var frame = new MemoryStream();
        frame.Write([PickleOpcode.EmptyList, PickleOpcode.Memoize]);
        for (int i = 0; i < values.Length; i++)
        {
            if (values.Length > 1 && i % Batch == 0) frame.WriteByte(PickleOpcode.Mark);
            if (frame.Length >= FrameTarget) Flush(frame, stream);
            WriteInt(frame, values[i]);
            if (values.Length == 1) frame.WriteByte(PickleOpcode.Append);
            else if (i % Batch == Batch - 1 || i == values.Length - 1) frame.WriteByte(PickleOpcode.Appends);
        }
        frame.WriteByte(PickleOpcode.Stop);
        Flush(frame, stream);
    }

    static void WriteInt(MemoryStream frame, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        var (opcode, length) = value switch
        {
            >= 0 and <= byte.MaxValue => (PickleOpcode.BinInt1, 1),
            >= 0 and <= ushort.MaxValue => (PickleOpcode.BinInt2, 2),
            _ => (PickleOpcode.BinInt, 4),
        };
        frame.WriteByte(opcode);
        frame.Write(bytes[..length]);
    }

    static void Flush(MemoryStream frame, Stream stream)
    {
        if (frame.Length >= FrameLeast)
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, frame.Length);
            stream.WriteByte(PickleOpcode.Frame);
            stream.Write(length);
        }
        frame.WriteTo(stream);
        frame.SetLength(0);
    }
}
