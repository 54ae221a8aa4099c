using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Gleaner;

/// <summary>Millions of names in few objects: UTF-8, block by block, four bytes a name beside its text. Finding a text in all of them takes one pass at the speed of memory.</summary>
sealed class NameTable
{
    const int BlockRows = 1024;

    readonly List<byte[]> _blocks = [];
    readonly List<int> _ends = []; // of each name, in its block
    byte[] _last = new byte[1 << 16];

    public int Count => _ends.Count;

    public string this[int row] => Encoding.UTF8.GetString(Block(row / BlockRows)[Start(row).._ends[row]]);

    public void Add(string name)
    {
        int start = Start(Count), most = start + Encoding.UTF8.GetMaxByteCount(name.Length);
        if (most > _last.Length) Array.Resize(ref _last, Math.Max(most, 2 * _last.Length));
        _ends.Add(start + Encoding.UTF8.GetBytes(name, _last.AsSpan(start)));
        if (Count % BlockRows == 0) _blocks.Add(_last[.._ends[^1]]);
    }

    /// <summary>Which names hold <paramref name="text"/>; capital and small letters of ASCII are the same.</summary>
    public bool[] Holding(string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text), lower = [];
        Debug.Assert(wanted.Length > 0, "every name holds no text");
        Lower(wanted, wanted);
        var holds = new bool[Count];
        for (int first = 0; first < Count; first += BlockRows)
        {
            var block = Block(first / BlockRows);
            if (lower.Length < block.Length) lower = new byte[block.Length];
            Lower(block, lower);
            Find(wanted, lower.AsSpan(0, block.Length), first, holds);
        }
        return holds;
    }

    // The block as one text: a hit counts if it ends in the name where it begins.
    void Find(ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> block, int row, bool[] holds)
    {
        for (int at = 0; block[at..].IndexOf(wanted) is >= 0 and var hit;)
        {
            at += hit;
            while (_ends[row] <= at) row++;
            bool isWhole = at + wanted.Length <= _ends[row];
            holds[row] |= isWhole;
            at = isWhole ? _ends[row] : at + 1;
        }
    }

    // Bytes of other letters are above 127 in UTF-8, so that none is taken for a capital.
    static void Lower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int i = 0;
        for (; i + Vector512<byte>.Count <= from.Length; i += Vector512<byte>.Count)
        {
            var bytes = Vector512.Create(from[i..]);
            var isCapital = Vector512.LessThan(bytes - Vector512.Create((byte)'A'), Vector512.Create((byte)26));
            (bytes | (isCapital & Vector512.Create((byte)0x20))).CopyTo(to[i..]);
        }
        for (; i < from.Length; i++) to[i] = (byte)(from[i] is >= (byte)'A' and <= (byte)'Z' ? from[i] | 0x20 : from[i]);
    }

    int Start(int row) => row % BlockRows == 0 ? 0 : _ends[row - 1];

    ReadOnlySpan<byte> Block(int block) => block < _blocks.Count ? _blocks[block] : _last.AsSpan(0, _ends[^1]);
}
