namespace Gleaner;

/// <summary>
/// Follows the opcodes of a pickle that <c>torch.save</c> wrote, as far as dictionaries, lists, plain values and dense tensors go. The few functions that such a pickle
/// names are answered by what stands here for them; every other name is refused by name. Nothing is imported, called or built.
/// </summary>
/// <remarks>
/// The names that PyTorch's own restricted reader allows (torch/_weights_only_unpickler.py), less those that a state dict of dense tensors does not need.
/// What comes out: <see cref="PickledDictionary"/>, <see cref="PickledTensor"/>, string, long, double, bool, null, lists and arrays (tuples) of them.
/// </remarks>
sealed class StateDictPickle
{
    /// <summary>About 25,000 tensors; the largest networks have a few thousand. It bounds the memory: no opcode makes more than a hundred bytes or what it reads.</summary>
    const int MostOpcodes = 1 << 20;

    /// <summary>As PyTorch's own.</summary>
    const int MostAxes = 64;

    const string Save = "Only tensors in dictionaries are read: write them with torch.save({k: v.contiguous() for k, v in model.state_dict().items()}, path), or safetensors.torch.save_file.";

    const string OrderedDict = "collections.OrderedDict", Size = "torch.Size", Parameter = "torch.nn.parameter.Parameter",
        RebuildTensor = "torch._utils._rebuild_tensor", RebuildTensor2 = "torch._utils._rebuild_tensor_v2", RebuildParameter = "torch._utils._rebuild_parameter";

    static readonly Dictionary<string, string> StorageTypes = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = "F32", ["torch.DoubleStorage"] = "F64", ["torch.HalfStorage"] = "F16", ["torch.BFloat16Storage"] = "BF16", ["torch.LongStorage"] = "I64",
        ["torch.IntStorage"] = "I32", ["torch.ShortStorage"] = "I16", ["torch.CharStorage"] = "I8", ["torch.ByteStorage"] = "U8", ["torch.BoolStorage"] = "BOOL",
    };

    sealed record Named(string Name);

    static readonly Dictionary<string, Named> Allowed = StorageTypes.Keys.Concat([OrderedDict, Size, Parameter, RebuildTensor, RebuildTensor2, RebuildParameter])
        .ToDictionary(name => name, name => new Named(name), StringComparer.Ordinal);

    static readonly object?[] EmptyTuple = [];
    static readonly object True = true, False = false;

    readonly string _where;
    readonly PickleInput _input;
    readonly List<object?> _stack = [];
    readonly Stack<int> _marks = [];
    readonly Dictionary<uint, object?> _memo = [];
    readonly Dictionary<string, PickledStorage> _storages;
    int _copied;   // items of lists that became dictionaries; the memo could give one list to many

    StateDictPickle(Stream stream, string where, Dictionary<string, PickledStorage> storages) =>
        (_where, _input, _storages) = (where, new PickleInput(stream, where, "a state dict: dictionaries of tensors as torch.save writes them", Save), storages);

    /// <summary>Reads one pickle and stops behind its STOP.</summary>
    /// <param name="stream">Read from its position.</param>
    /// <param name="where">What messages call the stream.</param>
    /// <param name="storages">Filled with every storage that it names.</param>
    public static object? Read(Stream stream, string where, Dictionary<string, PickledStorage> storages) => new StateDictPickle(stream, where, storages).Read();

    object? Read()
    {
        for (int opcodes = 0; _input.Next() != PickleOpcode.Stop; opcodes++)
        {
            if (opcodes == MostOpcodes) throw _input.Refused($"after {MostOpcodes} others, more than a network has");
            Step(_input.Opcode);
        }
        return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw _input.Refused($"with {_stack.Count} values where one is the result");
    }

    void Step(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: _stack.Add(null); break;
            case PickleOpcode.NewTrue: _stack.Add(True); break;
            case PickleOpcode.NewFalse: _stack.Add(False); break;
            case PickleOpcode.BinInt1 or PickleOpcode.BinInt2 or PickleOpcode.BinInt or PickleOpcode.Long1 or PickleOpcode.Long4: _stack.Add(_input.Integer()); break;
            case PickleOpcode.BinFloat: _stack.Add(_input.Float()); break;
            case PickleOpcode.BinUnicode or PickleOpcode.ShortBinUnicode or PickleOpcode.BinUnicode8 or PickleOpcode.BinString or PickleOpcode.ShortBinString: _stack.Add(_input.Text()); break;

            case PickleOpcode.Mark: _marks.Push(_stack.Count); break;
            case PickleOpcode.EmptyTuple: _stack.Add(EmptyTuple); break;
            case PickleOpcode.Tuple: _stack.Add(PopToMark()); break;
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3: _stack.Add(Pop(opcode - PickleOpcode.Tuple1 + 1)); break;
            case PickleOpcode.EmptyList: _stack.Add(new List<object?>()); break;
            case PickleOpcode.Append: Append(Pop(1)); break;
            case PickleOpcode.Appends: Append(PopToMark()); break;
            case PickleOpcode.EmptyDict: _stack.Add(new PickledDictionary()); break;
            case PickleOpcode.SetItem: SetItems(Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;

            case PickleOpcode.BinPut or PickleOpcode.LongBinPut: _memo[_input.Key()] = Top; break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = Top; break;
            case PickleOpcode.BinGet or PickleOpcode.LongBinGet:
                uint key = _input.Key();
                _stack.Add(_memo.TryGetValue(key, out object? value) ? value : throw _input.Refused($"of number {key}, which was not noted"));
                break;

            case PickleOpcode.Global: _stack.Add(Find(_input.Name())); break;
            case PickleOpcode.StackGlobal: _stack.Add(Find(Pop(2) is [string module, string name] ? $"{module}.{name}" : throw _input.Refused("of something that is no name"))); break;
            case PickleOpcode.Reduce: _stack.Add(Pop(2) is [Named function, object?[] arguments] ? Answer(function.Name, arguments) : throw _input.Refused("of something that is no function")); break;
            case PickleOpcode.NewObj: _stack.Add(Pop(2) is [Named { Name: Parameter }, object?[] and [PickledTensor tensor]] ? tensor : throw _input.Refused("of something else than a Parameter of a tensor")); break;
            case PickleOpcode.Build: Build(Pop(1)[0]); break;
            case PickleOpcode.BinPersId: _stack.Add(Storage(Pop(1)[0])); break;
            default: throw _input.Refused();
        }
    }

    object? Top => _stack.Count > Floor ? _stack[^1] : throw _input.Refused("where there is nothing");

    // What lies below the last MARK is not within reach.
    int Floor => _marks.Count > 0 ? _marks.Peek() : 0;

    object?[] Pop(int count)
    {
        if (_stack.Count - count < Floor) throw _input.Refused("where there is too little");
        var values = new object?[count];
        _stack.CopyTo(_stack.Count - count, values, 0, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    object?[] PopToMark()
    {
        if (_marks.Count == 0) throw _input.Refused("without MARK");
        var values = Pop(_stack.Count - Floor);
        _marks.Pop();
        return values;
    }

    void Append(object?[] items) => (Top as List<object?> ?? throw _input.Refused("to something that is no list")).AddRange(items);

    void SetItems(object?[] items)
    {
        if (Top is not PickledDictionary dictionary || items.Length % 2 != 0) throw _input.Refused("to something that is no dictionary, or of half a pair");
        for (int i = 0; i < items.Length; i += 2) dictionary.Add(items[i], items[i + 1]);
    }

    Named Find(string name) => Allowed.GetValueOrDefault(name) ?? throw Foreign($"asks for {(name.Length > 200 ? name[..200] + "…" : name)}");

    InvalidDataException Foreign(string what) => new($"{_where}: byte {_input.At} {what}, which is no part of a state dict; nothing was imported, called or built. {Save}");

    object Answer(string function, object?[] arguments)
    {
        switch (function, arguments)
        {
            case (OrderedDict, []):
                return new PickledDictionary();
            case (OrderedDict, [List<object?> pairs]):   // Python 2
                if ((_copied += pairs.Count) > MostOpcodes) throw _input.Refused($"of OrderedDict with more than {MostOpcodes} items");
                var dictionary = new PickledDictionary();
                foreach (object? pair in pairs)
                {
                    if (pair is not List<object?> { Count: 2 } item) throw _input.Refused("of OrderedDict with something else than pairs");
                    dictionary.Add(item[0], item[1]);
                }
                return dictionary;
            case (Size, [object?[] axes]):
                return axes;
            case (RebuildTensor, [PickledStorage, long, object?[], object?[]]):
            case (RebuildTensor2, [PickledStorage, long, object?[], object?[], bool, PickledDictionary] or [PickledStorage, long, object?[], object?[], bool, PickledDictionary, _]):
                return new PickledTensor((PickledStorage)arguments[0]!, (long)arguments[1]!, Axes((object?[])arguments[2]!), Axes((object?[])arguments[3]!));
            case (RebuildParameter, [PickledTensor tensor, bool, PickledDictionary]):
                return tensor;
            default:
                throw _input.Refused($"of {function} with {arguments.Length} arguments that it does not take in a state dict");
        }
    }

    long[] Axes(object?[] values) => values.Length <= MostAxes && Array.TrueForAll(values, v => v is long) ? Array.ConvertAll(values, v => (long)v!)
        : throw _input.Refused($"of a shape or strides of {values.Length} values; expected at most {MostAxes} integers");

    // State that no reader of tensors needs: _metadata of an OrderedDict; requires_grad, volatile and hooks of an old Parameter.
    void Build(object? state)
    {
        if ((Top, state) is not ((PickledDictionary, PickledDictionary) or (PickledTensor, object?[] and [bool, bool, PickledDictionary or null])))
            throw _input.Refused("of something else than the attributes of an OrderedDict or a Parameter");
    }

    PickledStorage Storage(object? id)
    {
        if (id is not (object?[] and (["storage", Named, string, string, long] or ["storage", Named, string, string, long, null])))
            throw Foreign($"refers to {(id is object?[] and [string kind, ..] ? $"a \"{(kind.Length > 40 ? kind[..40] : kind)}\" of another form than a whole storage" : "something outside the file that is no storage")}");
        var parts = (object?[])id;
        var (type, key, elements) = ((Named)parts[1]!, (string)parts[2]!, (long)parts[4]!);
        if (!StorageTypes.TryGetValue(type.Name, out string? dtype) || elements < 0) throw _input.Refused($"of {elements} numbers of {type.Name}");
        var storage = new PickledStorage(key, dtype, elements);
        if (!_storages.TryAdd(key, storage) && _storages[key] != storage) throw _input.Refused($"of storage \"{key}\" as {storage.Dtype} x {elements}, which was {_storages[key].Dtype} x {_storages[key].Elements} before");
        return _storages[key];
    }
}
