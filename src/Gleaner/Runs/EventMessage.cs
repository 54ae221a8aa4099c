using System.Buffers.Binary;
using System.Text;

namespace Gleaner;

/// <summary>The three messages of TensorBoard's event.proto that a training needs, in protobuf's wire format.</summary>
/// <remarks>
/// Event: wall_time = 1 (double), step = 2 (int64), file_version = 3, summary = 5, session_log = 7. Summary: value = 1, repeated. Value: tag = 1,
/// simple_value = 2 (float): what torch.utils.tensorboard writes by default, and every TensorBoard reads. SessionLog: status = 1, START = 1.
/// </remarks>
sealed class EventMessage
{
    const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    readonly MemoryStream _bytes = new();

    /// <summary>The first event of every file.</summary>
    public static byte[] FileVersion(double wallTime) => Event(wallTime, 0).Text(3, "brain.Event:2")._bytes.ToArray();

    /// <summary>Tells the reader to forget what it read of <paramref name="step"/> and later steps.</summary>
    public static byte[] SessionStart(double wallTime, int step) => Event(wallTime, step).Message(7, new EventMessage().Number(1, 1))._bytes.ToArray();

    /// <summary>The numbers of a step.</summary>
    public static byte[] Scalars(double wallTime, int step, IReadOnlyList<(string Name, double Value)> values)
    {
        var summary = new EventMessage();
        foreach (var (name, value) in values) summary.Message(1, new EventMessage().Text(1, name).Float(2, (float)value));
        return Event(wallTime, step).Message(5, summary)._bytes.ToArray();
    }

    // proto3 leaves zeros out.
    static EventMessage Event(double wallTime, int step) => step == 0 ? new EventMessage().Double(1, wallTime) : new EventMessage().Double(1, wallTime).Number(2, step);

    EventMessage Number(int field, long value) => Tag(field, Varint).Base128((ulong)value);

    EventMessage Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    EventMessage Message(int field, EventMessage inner) => Bytes(field, inner._bytes.ToArray());

    EventMessage Double(int field, double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Tag(field, Fixed64)._bytes.Write(bytes);
        return this;
    }

    EventMessage Float(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Tag(field, Fixed32)._bytes.Write(bytes);
        return this;
    }

    EventMessage Bytes(int field, byte[] bytes)
    {
        Tag(field, Delimited).Base128((ulong)bytes.Length)._bytes.Write(bytes);
        return this;
    }

    EventMessage Tag(int field, int wireType) => Base128((ulong)(field << 3 | wireType));

    EventMessage Base128(ulong value)
    {
        for (; value >= 128; value >>= 7) _bytes.WriteByte((byte)(value | 128));
        _bytes.WriteByte((byte)value);
        return this;
    }
}
