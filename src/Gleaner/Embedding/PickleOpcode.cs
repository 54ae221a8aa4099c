namespace Gleaner;

/// <summary>The opcodes of Python's pickle that a list of integers or a state dict needs, and the names of all others, to refuse them by.</summary>
/// <remarks>Protocols 0 to 5; names as in Python's pickletools.</remarks>
static class PickleOpcode
{
    public const byte Proto = 0x80, Frame = 0x95, Stop = (byte)'.', Mark = (byte)'(',
        EmptyList = (byte)']', List = (byte)'l', Append = (byte)'a', Appends = (byte)'e',
        EmptyTuple = (byte)')', Tuple = (byte)'t', Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87,
        Int = (byte)'I', Long = (byte)'L', BinInt = (byte)'J', BinInt1 = (byte)'K', BinInt2 = (byte)'M', Long1 = 0x8a, Long4 = 0x8b,
        Put = (byte)'p', BinPut = (byte)'q', LongBinPut = (byte)'r', Memoize = 0x94,
        Get = (byte)'g', BinGet = (byte)'h', LongBinGet = (byte)'j',
        None = (byte)'N', NewTrue = 0x88, NewFalse = 0x89, BinFloat = (byte)'G', EmptyDict = (byte)'}', SetItem = (byte)'s', SetItems = (byte)'u',
        BinUnicode = (byte)'X', ShortBinUnicode = 0x8c, BinUnicode8 = 0x8d, BinString = (byte)'T', ShortBinString = (byte)'U',
        Global = (byte)'c', StackGlobal = 0x93, Reduce = (byte)'R', NewObj = 0x81, Build = (byte)'b', BinPersId = (byte)'Q';

    /// <summary>These import, call or build: what makes a pickle a program.</summary>
    static readonly Dictionary<byte, string> Acting = new()
    {
        [Global] = "GLOBAL", [(byte)'i'] = "INST", [(byte)'o'] = "OBJ", [Reduce] = "REDUCE", [Build] = "BUILD", [(byte)'P'] = "PERSID", [BinPersId] = "BINPERSID",
        [NewObj] = "NEWOBJ", [0x82] = "EXT1", [0x83] = "EXT2", [0x84] = "EXT4", [0x92] = "NEWOBJ_EX", [StackGlobal] = "STACK_GLOBAL", [0x97] = "NEXT_BUFFER", [0x98] = "READONLY_BUFFER",
    };

    static readonly Dictionary<byte, string> Plain = new()
    {
        [Proto] = "PROTO", [Frame] = "FRAME", [Stop] = "STOP", [Mark] = "MARK", [EmptyList] = "EMPTY_LIST", [List] = "LIST", [Append] = "APPEND", [Appends] = "APPENDS",
        [EmptyTuple] = "EMPTY_TUPLE", [Tuple] = "TUPLE", [Tuple1] = "TUPLE1", [Tuple2] = "TUPLE2", [Tuple3] = "TUPLE3", [Int] = "INT", [Long] = "LONG", [BinInt] = "BININT",
        [BinInt1] = "BININT1", [BinInt2] = "BININT2", [Long1] = "LONG1", [Long4] = "LONG4", [Put] = "PUT", [BinPut] = "BINPUT", [LongBinPut] = "LONG_BINPUT",
        [Memoize] = "MEMOIZE", [Get] = "GET", [BinGet] = "BINGET", [LongBinGet] = "LONG_BINGET", [(byte)'0'] = "POP", [(byte)'1'] = "POP_MARK", [(byte)'2'] = "DUP",
        [(byte)'F'] = "FLOAT", [BinFloat] = "BINFLOAT", [None] = "NONE", [NewTrue] = "NEWTRUE", [NewFalse] = "NEWFALSE", [(byte)'S'] = "STRING", [BinString] = "BINSTRING",
        [ShortBinString] = "SHORT_BINSTRING", [(byte)'V'] = "UNICODE", [BinUnicode] = "BINUNICODE", [ShortBinUnicode] = "SHORT_BINUNICODE", [BinUnicode8] = "BINUNICODE8", [(byte)'B'] = "BINBYTES",
        [(byte)'C'] = "SHORT_BINBYTES", [0x8e] = "BINBYTES8", [0x96] = "BYTEARRAY8", [(byte)'d'] = "DICT", [EmptyDict] = "EMPTY_DICT", [SetItem] = "SETITEM",
        [SetItems] = "SETITEMS", [0x8f] = "EMPTY_SET", [0x90] = "ADDITEMS", [0x91] = "FROZENSET",
    };

    /// <summary>Whether the opcode imports, calls or builds something.</summary>
    public static bool Acts(byte opcode) => Acting.ContainsKey(opcode);

    /// <summary>The opcode's name, or null if pickle has none of this number.</summary>
    public static string? Name(byte opcode) => Acting.GetValueOrDefault(opcode) ?? Plain.GetValueOrDefault(opcode);
}
