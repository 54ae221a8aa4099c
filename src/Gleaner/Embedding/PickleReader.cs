namespace Gleaner;

/// <summary>
/// Follows the opcodes of one pickled list or tuple of integers. There is no stack of objects: what is not an integer, the one list around
/// them or a note in the memo is refused by its opcode, so nothing is ever imported, called or built.
/// </summary>
sealed class PickleReader(Stream stream, string where)
{
    enum Holder { None, List, Tuple }

    readonly PickleInput _input = new(stream, where, "one list of plain integers",
        "Only a list of plain integers is read: write pickle.dump([int(i) for i in indices], file), or numpy.save.");
    readonly List<long> _values = [];
    readonly Dictionary<uint, long?> _memo = [];     // null stands for the list or tuple itself
    Holder _holder;
    int _held;             // so many of the values are in the holder; the others wait for APPEND, APPENDS, LIST or TUPLE
    int? _mark;            // so many values there were at the MARK that is open

    /// <summary>Reads up to the end of the stream, which must be the end of the pickle.</summary>
    public long[] Read()
    {
        while (_input.Next() != PickleOpcode.Stop) Step(_input.Opcode);
        if (_holder == Holder.None || Waiting > 0 || _mark is not null) throw _input.Refused("before the list is complete");
        return stream.ReadByte() < 0 ? [.. _values] : throw new InvalidDataException($"{where}: goes on behind STOP at byte {_input.At}; expected one pickle and nothing after it.");
    }

    int Waiting => _values.Count - _held;

    void Step(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.EmptyList: Hold(Holder.List, count: 0); break;
            case PickleOpcode.List: Hold(Holder.List, count: null); break;
            case PickleOpcode.EmptyTuple: Hold(Holder.Tuple, count: 0); break;
            case PickleOpcode.Tuple: Hold(Holder.Tuple, count: null); break;
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3: Hold(Holder.Tuple, opcode - PickleOpcode.Tuple1 + 1); break;
            case PickleOpcode.Mark:
                if (_mark is not null || _holder == Holder.Tuple || Waiting > 0) throw _input.Refused("within a list or tuple of integers, which holds nothing nested");
                _mark = _values.Count;
                break;
            case PickleOpcode.Append or PickleOpcode.Appends:
                if (_holder != Holder.List || (opcode == PickleOpcode.Append ? _mark is not null || Waiting != 1 : _mark is null)) throw _input.Refused("where no list waits for it");
                (_held, _mark) = (_values.Count, null);
                break;
            case PickleOpcode.BinInt1 or PickleOpcode.BinInt2 or PickleOpcode.BinInt or PickleOpcode.Long1 or PickleOpcode.Long4 or PickleOpcode.Int or PickleOpcode.Long:
                Push(_input.Integer());
                break;
            case PickleOpcode.Put or PickleOpcode.BinPut or PickleOpcode.LongBinPut: Remember(_input.Key()); break;
            case PickleOpcode.Memoize: Remember((uint)_memo.Count); break;
            case PickleOpcode.Get or PickleOpcode.BinGet or PickleOpcode.LongBinGet: Push(Recall(_input.Key())); break;
            default: throw _input.Refused();
        }
    }

    // The one list or tuple: around nothing yet, around the count last values, or around all since the MARK.
    void Hold(Holder holder, int? count)
    {
        if (_holder != Holder.None) throw _input.Refused("within a list or tuple of integers, which holds nothing nested");
        if (count is null ? _mark is null : _mark is not null || Waiting != count) throw _input.Refused("around something else than it takes");
        (_holder, _held, _mark) = (holder, _values.Count, null);
    }

    void Push(long value)
    {
        int room = _mark is not null ? int.MaxValue : _holder switch { Holder.None => 3, Holder.List => 1, _ => 0 };
        if (Waiting >= room) throw _input.Refused("where no list waits for it");
        _values.Add(value);
    }

    void Remember(uint key)
    {
        if (Waiting == 0 && _holder == Holder.None || Waiting == 0 && _mark is not null || _mark == _values.Count) throw _input.Refused("where there is nothing to note");
        _memo[key] = Waiting > 0 ? _values[^1] : null;
    }

    long Recall(uint key) => _memo.TryGetValue(key, out long? value)
        ? value ?? throw _input.Refused("of the list itself; expected integers within it")
        : throw _input.Refused($"of number {key}, which was not noted");
}
