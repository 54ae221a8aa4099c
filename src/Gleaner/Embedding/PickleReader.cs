using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>
/// Follows the opcodes of one pickled list or tuple of integers. There is no stack of objects: what is not an integer, the one list around
/// them or a note in the memo is refused by its opcode, so nothing is ever imported, called or built. Memory grows with the bytes read, never with a length they claim.
/// </summary>
sealed class PickleReader(Stream stream, string where)
{
    /// <summary>int64 has at most 20 characters, pickle writes an L behind; room for signs and leading zeros.</summary>
    const int LongestLine = 40;

    enum Holder { None, List, Tuple }

    readonly List<long> _values = [];
    readonly Dictionary<uint, long?> _memo = [];     // null stands for the list or tuple itself
    readonly byte[] _bytes = new byte[8];
    Holder _holder;
    int _held;             // so many of the values are in the holder; the others wait for APPEND, APPENDS, LIST or TUPLE
    int? _mark;            // so many values there were at the MARK that is open
    long _position, _frameEnd;

    /// <summary>Reads up to the end of the stream, which must be the end of the pickle.</summary>
    public long[] Read()
    {
        for (; ; )
        {
            long at = _position;
            byte opcode = Next();
            if (opcode == PickleOpcode.Stop)
            {
                if (_holder == Holder.None || Waiting > 0 || _mark is not null) throw Refused(at, opcode, "before the list is complete");
                EndFrame(at, opcode);
                return stream.ReadByte() < 0 ? [.. _values] : throw new InvalidDataException($"{where}: goes on behind STOP at byte {at}; expected one pickle and nothing after it.");
            }
            Step(at, opcode);
        }
    }

    int Waiting => _values.Count - _held;

    void Step(long at, byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                byte protocol = Next();
                if (at != 0 || protocol > 5) throw Refused(at, opcode, at != 0 ? "but not at the beginning" : $"for protocol {protocol}; expected 0 to 5");
                break;
            case PickleOpcode.Frame:
                EndFrame(at, opcode);
                ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                if (length > long.MaxValue / 2) throw Refused(at, opcode, $"of {length} bytes");
                _frameEnd = _position + (long)length;
                break;
            case PickleOpcode.EmptyList: Hold(at, opcode, Holder.List, count: 0); break;
            case PickleOpcode.List: Hold(at, opcode, Holder.List, count: null); break;
            case PickleOpcode.EmptyTuple: Hold(at, opcode, Holder.Tuple, count: 0); break;
            case PickleOpcode.Tuple: Hold(at, opcode, Holder.Tuple, count: null); break;
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3: Hold(at, opcode, Holder.Tuple, opcode - PickleOpcode.Tuple1 + 1); break;
            case PickleOpcode.Mark:
                if (_mark is not null || _holder == Holder.Tuple || Waiting > 0) throw Refused(at, opcode, "within a list or tuple of integers, which holds nothing nested");
                _mark = _values.Count;
                break;
            case PickleOpcode.Append or PickleOpcode.Appends:
                if (_holder != Holder.List || (opcode == PickleOpcode.Append ? _mark is not null || Waiting != 1 : _mark is null)) throw Refused(at, opcode, "where no list waits for it");
                (_held, _mark) = (_values.Count, null);
                break;
            case PickleOpcode.BinInt1: Push(at, opcode, Next()); break;
            case PickleOpcode.BinInt2: Push(at, opcode, BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.BinInt: Push(at, opcode, BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.Long1: Push(at, opcode, Long(at, opcode, Next())); break;
            case PickleOpcode.Long4: Push(at, opcode, Long(at, opcode, BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case PickleOpcode.Int or PickleOpcode.Long: Push(at, opcode, Decimal(at, opcode)); break;
            case PickleOpcode.Put: Remember(at, opcode, Key(at, opcode)); break;
            case PickleOpcode.BinPut: Remember(at, opcode, Next()); break;
            case PickleOpcode.LongBinPut: Remember(at, opcode, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case PickleOpcode.Memoize: Remember(at, opcode, (uint)_memo.Count); break;
            case PickleOpcode.Get: Push(at, opcode, Recall(at, opcode, Key(at, opcode))); break;
            case PickleOpcode.BinGet: Push(at, opcode, Recall(at, opcode, Next())); break;
            case PickleOpcode.LongBinGet: Push(at, opcode, Recall(at, opcode, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            default: throw Refused(at, opcode, "");
        }
    }

    // The one list or tuple: around nothing yet, around the count last values, or around all since the MARK.
    void Hold(long at, byte opcode, Holder holder, int? count)
    {
        if (_holder != Holder.None) throw Refused(at, opcode, "within a list or tuple of integers, which holds nothing nested");
        if (count is null ? _mark is null : _mark is not null || Waiting != count) throw Refused(at, opcode, "around something else than it takes");
        (_holder, _held, _mark) = (holder, _values.Count, null);
    }

    void Push(long at, byte opcode, long value)
    {
        int room = _mark is not null ? int.MaxValue : _holder switch { Holder.None => 3, Holder.List => 1, _ => 0 };
        if (Waiting >= room) throw Refused(at, opcode, "where no list waits for it");
        _values.Add(value);
    }

    // Little-endian two's complement of as few bytes as hold the number.
    long Long(long at, byte opcode, int length)
    {
        if (length is < 0 or > 8) throw Refused(at, opcode, $"of {length} bytes; expected at most 8, an integer of 64 bits");
        var bytes = Take(length);
        long value = 0;
        for (int k = length - 1; k >= 0; k--) value = value << 8 | bytes[k];
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    long Decimal(long at, byte opcode)
    {
        string text = Line(at, opcode), digits = opcode == PickleOpcode.Long && text.EndsWith('L') ? text[..^1] : text;
        if (opcode == PickleOpcode.Int && text is "00" or "01") throw Refused(at, opcode, $"{text}, a boolean");
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
            : throw Refused(at, opcode, $"\"{text}\"; expected an integer of 64 bits");
    }

    uint Key(long at, byte opcode)
    {
        string text = Line(at, opcode);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint key) ? key : throw Refused(at, opcode, $"\"{text}\"; expected a number of the memo");
    }

    void Remember(long at, byte opcode, uint key)
    {
        if (Waiting == 0 && _holder == Holder.None || Waiting == 0 && _mark is not null || _mark == _values.Count) throw Refused(at, opcode, "where there is nothing to note");
        _memo[key] = Waiting > 0 ? _values[^1] : null;
    }

    long Recall(long at, byte opcode, uint key) => _memo.TryGetValue(key, out long? value)
        ? value ?? throw Refused(at, opcode, $"of the list itself; expected integers within it")
        : throw Refused(at, opcode, $"of number {key}, which was not noted");

    void EndFrame(long at, byte opcode)
    {
        if (_position - (opcode == PickleOpcode.Frame ? 1 : 0) < _frameEnd) throw Refused(at, opcode, $"within a frame that claims to go on to byte {_frameEnd}");
    }

    string Line(long at, byte opcode)
    {
        var line = new StringBuilder();
        for (byte next; (next = Next()) != '\n'; line.Append((char)next))
            if (line.Length == LongestLine) throw Refused(at, opcode, $"with more than {LongestLine} characters");
        return line.ToString();
    }

    byte Next() => Take(1)[0];

    ReadOnlySpan<byte> Take(int count)
    {
        int read = stream.ReadAtLeast(_bytes.AsSpan(0, count), count, throwOnEndOfStream: false);
        if (read < count) throw new InvalidDataException($"{where}: ends after {_position + read} bytes without STOP. The file is cut off; copy it again.");
        _position += count;
        return _bytes.AsSpan(0, count);
    }

    InvalidDataException Refused(long at, byte opcode, string how)
    {
        if (PickleOpcode.Name(opcode) is not { } name)
            return new InvalidDataException($"{where}: byte {at} is 0x{opcode:X2}, which means nothing to pickle; expected a pickled list of integers.");
        if (PickleOpcode.Acts(opcode))
            return new InvalidDataException($"{where}: byte {at} is the opcode {name}, which runs code of the file's choice; nothing was run. "
                + "Only a list of plain integers is read: write pickle.dump([int(i) for i in indices], file), or numpy.save.");
        return new InvalidDataException($"{where}: byte {at} is the opcode {name}{(how.Length > 0 ? " " + how : "")}; expected one list of plain integers.");
    }
}
