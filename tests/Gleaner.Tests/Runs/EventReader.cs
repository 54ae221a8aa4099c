using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace Gleaner.Tests.Runs;

/// <summary>One number, or the start of a session (then <see cref="Tag"/> is <c>START</c>), or the file's version.</summary>
readonly record struct ReadEvent(double WallTime, long Step, string Tag, float Value);

/// <summary>Reads event files with nothing of what writes them: checksums bit by bit, messages field by field.</summary>
static class EventReader
{
    public static List<ReadEvent> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var events = new List<ReadEvent>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            events.AddRange(Event(file.AsSpan(at + 12, length)));
            at += 12 + length + 4;
        }
        return events;
    }

    static List<ReadEvent> Event(ReadOnlySpan<byte> message)
    {
        double wallTime = 0;
        long step = 0;
        var found = new List<(string Tag, float Value)>();
        foreach (var (field, number, bytes) in Fields(message))
        {
            if (field == 1) wallTime = BitConverter.Int64BitsToDouble(number);
            else if (field == 2) step = number;
            else if (field == 3) found.Add((Encoding.UTF8.GetString(bytes), 0));
            else if (field == 5) found.AddRange(Fields(bytes).Select(value => Scalar(value.Bytes)));
            else if (field == 7) found.Add((Fields(bytes).Single().Number == 1 ? "START" : "?", 0));
        }
        return [.. found.Select(f => new ReadEvent(wallTime, step, f.Tag, f.Value))];
    }

    static (string, float) Scalar(byte[] message)
    {
        var fields = Fields(message);
        return (Encoding.UTF8.GetString(fields.Single(f => f.Field == 1).Bytes), BitConverter.Int32BitsToSingle((int)fields.Single(f => f.Field == 2).Number));
    }

    static List<(int Field, long Number, byte[] Bytes)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, long, byte[])>();
        for (int at = 0; at < message.Length;)
        {
            long tag = Base128(message, ref at), number = 0;
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0: number = Base128(message, ref at); break;
                case 1: number = BinaryPrimitives.ReadInt64LittleEndian(message[at..]); at += 8; break;
                case 2: int length = (int)Base128(message, ref at); bytes = message.Slice(at, length).ToArray(); at += length; break;
                case 5: number = BinaryPrimitives.ReadInt32LittleEndian(message[at..]); at += 4; break;
                default: Assert.Fail($"wire type {tag & 7}"); break;
            }
            fields.Add(((int)(tag >> 3), number, bytes));
        }
        return fields;
    }

    static long Base128(ReadOnlySpan<byte> message, ref int at)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = message[at++];
            value |= (long)(b & 127) << shift;
            if (b < 128) return value;
        }
    }

    static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0x82f63b78;
        }
        crc = ~crc;
        return unchecked((crc >> 15 | crc << 17) + 0xa282ead8);
    }
}
