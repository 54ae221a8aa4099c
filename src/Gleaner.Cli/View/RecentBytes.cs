namespace Gleaner.Cli;

/// <summary>Small files made on demand, of which those asked for last are remembered, up to a number of bytes.</summary>
sealed class RecentBytes(long mostBytes)
{
    readonly Lock _lock = new();
    readonly Dictionary<int, LinkedListNode<(int Key, byte[] Bytes, string Type)>> _nodes = [];
    readonly LinkedList<(int Key, byte[] Bytes, string Type)> _lately = new(); // the last one first
    long _bytes;

    public (byte[] Bytes, string Type) Get(int key, Func<int, (byte[] Bytes, string Type)> make)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(key, out var known))
            {
                _lately.Remove(known);
                _lately.AddFirst(known);
                return (known.Value.Bytes, known.Value.Type);
            }
        }
        var (bytes, type) = make(key); // two at once may make the same: that costs less than a wait
        lock (_lock)
        {
            if (!_nodes.TryAdd(key, new((key, bytes, type)))) return (bytes, type);
            _lately.AddFirst(_nodes[key]);
            for (_bytes += bytes.Length; _bytes > mostBytes && _lately.Count > 1;)
            {
                var (oldest, gone, _) = _lately.Last!.Value;
                _lately.RemoveLast();
                _nodes.Remove(oldest);
                _bytes -= gone.Length;
            }
        }
        return (bytes, type);
    }
}
