using System.Text;

namespace Gleaner;

/// <summary>Writes Thrift's compact protocol: fields of a struct in ascending order, each with its number.</summary>
sealed class ThriftWriter(Stream stream)
{
    readonly Stack<int> _outer = [];
    int _last;

    public ThriftWriter I32(int id, long value) => Number(id, ThriftType.I32, value);

    public ThriftWriter I64(int id, long value) => Number(id, ThriftType.I64, value);

    public ThriftWriter Text(int id, string text)
    {
        Field(id, ThriftType.Binary);
        return Text(text);
    }

    /// <summary>An element of a list.</summary>
    public ThriftWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Varint((ulong)bytes.Length);
        stream.Write(bytes);
        return this;
    }

    /// <summary>An element of a list.</summary>
    public ThriftWriter Number(long value)
    {
        Varint((ulong)(value << 1 ^ value >> 63));
        return this;
    }

    /// <summary>The head of a list; its elements follow.</summary>
    public ThriftWriter List(int id, ThriftType element, int count)
    {
        Field(id, ThriftType.List);
        if (count < 15) stream.WriteByte((byte)(count << 4 | (int)element));
        else
        {
            stream.WriteByte((byte)(15 << 4 | (int)element));
            Varint((ulong)count);
        }
        return this;
    }

    /// <summary>A struct as a field; <see cref="End"/> ends it.</summary>
    public ThriftWriter Begin(int id)
    {
        Field(id, ThriftType.Struct);
        return Begin();
    }

    /// <summary>A struct as an element of a list, or by itself.</summary>
    public ThriftWriter Begin()
    {
        _outer.Push(_last);
        _last = 0;
        return this;
    }

    public ThriftWriter End()
    {
        stream.WriteByte(0);
        _last = _outer.Pop();
        return this;
    }

    /// <summary>Bytes that are such a value already.</summary>
    public ThriftWriter Raw(ReadOnlySpan<byte> value)
    {
        stream.Write(value);
        return this;
    }

    ThriftWriter Number(int id, ThriftType type, long value)
    {
        Field(id, type);
        return Number(value);
    }

    void Field(int id, ThriftType type)
    {
        int step = id - _last;
        _last = id;
        if (step is > 0 and < 16)
        {
            stream.WriteByte((byte)(step << 4 | (int)type));
            return;
        }
        stream.WriteByte((byte)type);
        Number(id);
    }

    void Varint(ulong value)
    {
        for (; value >= 128; value >>= 7) stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }
}
