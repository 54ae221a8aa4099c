using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>
/// The opcodes of one pickle with their arguments, protocols 0 to 5. What they do is up to the reader, and no reader here imports, calls or builds anything.
/// Memory grows with the bytes read, never with a length they claim.
/// </summary>
/// <param name="stream">Read from its position, never beyond STOP.</param>
/// <param name="where">What messages call the stream.</param>
/// <param name="expected">What the pickle should hold, for messages: "one list of plain integers".</param>
/// <param name="instead">What to do with a pickle that runs code, as the end of a message.</param>
sealed class PickleInput(Stream stream, string where, string expected, string instead)
{
    /// <summary>int64 has at most 20 characters, pickle writes an L behind; room for signs and leading zeros.</summary>
    const int LongestNumber = 40;

    /// <summary>Longer than any name of Python's that is allowed, short enough for a message.</summary>
    const int LongestName = 200;

    /// <summary>Longer than any key of a network.</summary>
    const int LongestText = 1 << 16;

    readonly byte[] _bytes = new byte[8];
    readonly long _start = stream.CanSeek ? stream.Position : 0;
    long _position = stream.CanSeek ? stream.Position : 0, _frameEnd;

    /// <summary>Where the present opcode is in the stream.</summary>
    public long At { get; private set; }

    public byte Opcode { get; private set; }

    /// <summary>Goes to the next opcode that says something: protocols and frames are checked and passed over. At STOP the frame must be over.</summary>
    public byte Next()
    {
        for (; ; )
        {
            At = _position;
            switch (Opcode = Byte())
            {
                case PickleOpcode.Proto:
                    byte protocol = Byte();
                    if (At != _start || protocol > 5) throw Refused(At != _start ? "but not at the beginning" : $"for protocol {protocol}; expected 0 to 5");
                    break;
                case PickleOpcode.Frame:
                    EndFrame(_position - 1);
                    ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                    if (length > long.MaxValue / 2) throw Refused($"of {length} bytes");
                    _frameEnd = _position + (long)length;
                    break;
                case PickleOpcode.Stop:
                    EndFrame(_position);
                    return Opcode;
                default:
                    return Opcode;
            }
        }
    }

    /// <summary>The argument of BININT1, BININT2, BININT, LONG1, LONG4, INT or LONG.</summary>
    public long Integer() => Opcode switch
    {
        PickleOpcode.BinInt1 => Byte(),
        PickleOpcode.BinInt2 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
        PickleOpcode.BinInt => BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
        PickleOpcode.Long1 => Long(Byte()),
        PickleOpcode.Long4 => Long(BinaryPrimitives.ReadInt32LittleEndian(Take(4))),
        _ => Decimal(),
    };

    /// <summary>The argument of BINFLOAT.</summary>
    public double Float() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The argument of PUT, BINPUT, LONG_BINPUT, GET, BINGET or LONG_BINGET.</summary>
    public uint Key()
    {
        if (Opcode is PickleOpcode.BinPut or PickleOpcode.BinGet) return Byte();
        if (Opcode is PickleOpcode.LongBinPut or PickleOpcode.LongBinGet) return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        string text = Line(LongestNumber);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint key) ? key : throw Refused($"\"{text}\"; expected a number of the memo");
    }

    /// <summary>The argument of SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, and of SHORT_BINSTRING and BINSTRING, which Python 2 wrote for text.</summary>
    public string Text()
    {
        ulong length = Opcode switch
        {
            PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString => Byte(),
            PickleOpcode.BinUnicode8 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
        };
        if (length > LongestText) throw Refused($"of {length} bytes; expected at most {LongestText}");
        var bytes = new byte[length];
        Fill(bytes);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Refused("of bytes that are no UTF-8");
        }
    }

    /// <summary>The arguments of GLOBAL: <c>collections.OrderedDict</c>.</summary>
    public string Name() => $"{Line(LongestName)}.{Line(LongestName)}";

    public InvalidDataException Refused(string how = "")
    {
        if (PickleOpcode.Name(Opcode) is not { } name)
            return new InvalidDataException($"{where}: byte {At} is 0x{Opcode:X2}, which means nothing to pickle; expected {expected}, pickled.");
        return how.Length == 0 && PickleOpcode.Acts(Opcode)
            ? new InvalidDataException($"{where}: byte {At} is the opcode {name}, which runs code of the file's choice; nothing was run. {instead}")
            : new InvalidDataException($"{where}: byte {At} is the opcode {name}{(how.Length > 0 ? " " + how : "")}; expected {expected}.");
    }

    // Little-endian two's complement of as few bytes as hold the number.
    long Long(int length)
    {
        if (length is < 0 or > 8) throw Refused($"of {length} bytes; expected at most 8, an integer of 64 bits");
        var bytes = Take(length);
        long value = 0;
        for (int k = length - 1; k >= 0; k--) value = value << 8 | bytes[k];
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    long Decimal()
    {
        string text = Line(LongestNumber), digits = Opcode == PickleOpcode.Long && text.EndsWith('L') ? text[..^1] : text;
        if (Opcode == PickleOpcode.Int && text is "00" or "01") throw Refused($"{text}, a boolean");
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
            : throw Refused($"\"{text}\"; expected an integer of 64 bits");
    }

    void EndFrame(long end)
    {
        if (end < _frameEnd) throw Refused($"within a frame that claims to go on to byte {_frameEnd}");
    }

    string Line(int longest)
    {
        var line = new StringBuilder();
        for (byte next; (next = Byte()) != '\n'; line.Append((char)next))
            if (line.Length == longest) throw Refused($"with more than {longest} characters");
        return line.ToString();
    }

    byte Byte() => Take(1)[0];

    ReadOnlySpan<byte> Take(int count)
    {
        Fill(_bytes.AsSpan(0, count));
        return _bytes.AsSpan(0, count);
    }

    void Fill(Span<byte> bytes)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length) throw new InvalidDataException($"{where}: ends after {_position + read} bytes without STOP. The file is cut off; copy it again.");
        _position += bytes.Length;
    }
}
