namespace Gleaner;

/// <summary>Reads Thrift's compact protocol, in which the headers of Parquet files are written. It never reads behind its bytes, and every step uses some, so damage ends it.</summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md</remarks>
ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    const int DeepestNesting = 32;

    readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>The next field of a struct; false at its end. <paramref name="id"/> is that of the field before, 0 at the start.</summary>
    public bool NextField(ref int id, out ThriftType type)
    {
        byte head = Byte();
        type = (ThriftType)(head & 15);
        if (type == ThriftType.Stop) return false;
        id = head >> 4 is > 0 and var step ? id + step : (int)Integer();
        return true;
    }

    /// <summary>The kind and number of a list's elements; each takes at least a byte, so a number larger than what is left is a lie.</summary>
    public int List(out ThriftType element)
    {
        byte head = Byte();
        element = (ThriftType)(head & 15);
        ulong count = head >> 4 is < 15 and var few ? (ulong)few : Varint();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw Damaged($"a list of {count} elements in {_bytes.Length - Position} bytes");
    }

    /// <summary>A number of any width.</summary>
    public long Integer()
    {
        ulong zigzag = Varint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    /// <summary>A number that must be one of an array's.</summary>
    public int Count() => Integer() is >= 0 and <= int.MaxValue and var count ? (int)count : throw Damaged("a number that is negative or too large");

    /// <summary>Text or bytes, as they are.</summary>
    public ReadOnlySpan<byte> Binary()
    {
        ulong length = Varint();
        if (length > (ulong)(_bytes.Length - Position)) throw Damaged($"a text of {length} bytes where {_bytes.Length - Position} are left");
        var found = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return found;
    }

    /// <summary>Goes behind a value of this type.</summary>
    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > DeepestNesting) throw Damaged("structures nested without end");
        switch (type)
        {
            case ThriftType.True or ThriftType.False: break;   // in a field the type is the value
            case ThriftType.Byte: Byte(); break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64: Varint(); break;
            case ThriftType.Double: Advance(sizeof(double)); break;
            case ThriftType.Binary: Binary(); break;
            case ThriftType.List or ThriftType.Set:
                for (int left = List(out var element); left > 0; left--)
                    Skip(element is ThriftType.True or ThriftType.False ? ThriftType.Byte : element, depth + 1);
                break;
            case ThriftType.Struct:
                for (int id = 0; NextField(ref id, out var field);) Skip(field, depth + 1);
                break;
            default: throw Damaged($"a value of type {(int)type}");
        }
    }

    byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw Damaged("an early end");

    void Advance(int count) => Position = count <= _bytes.Length - Position ? Position + count : throw Damaged("an early end");

    ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }
        throw Damaged("a number of more than 64 bits");
    }

    readonly InvalidDataException Damaged(string what) => new($"a header has {what} at its byte {Position}");
}
