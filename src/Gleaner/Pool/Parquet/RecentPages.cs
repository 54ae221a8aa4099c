namespace Gleaner;

/// <summary>The pages that were used last, as long as they weigh less than a bound together; the one in use is kept in any case. Each is made once, however many threads ask for it.</summary>
sealed class RecentPages(long mostBytes)
{
    readonly Dictionary<(object File, long Offset), LinkedListNode<Entry>> _byPlace = [];
    readonly LinkedList<Entry> _recent = [];   // the last one used first
    long _bytes;

    /// <summary>What the pages weigh together at this moment.</summary>
    public long Bytes
    {
        get { lock (_recent) return _bytes; }
    }

    /// <summary>The page of <paramref name="file"/> at <paramref name="offset"/>. <paramref name="make"/> runs outside of the lock; if it fails, nothing is kept.</summary>
    public T Get<T>(object file, long offset, long weight, Func<T> make) where T : class
    {
        Lazy<object> made;
        lock (_recent)
        {
            if (_byPlace.TryGetValue((file, offset), out var node)) _recent.Remove(node);
            else
            {
                node = new LinkedListNode<Entry>(new Entry((file, offset), weight, new Lazy<object>(make)));
                _byPlace.Add((file, offset), node);
                _bytes += weight;
            }
            _recent.AddFirst(node);
            while (_bytes > mostBytes && _recent.Count > 1) Forget(_recent.Last!);
            made = node.Value.Made;
        }
        try
        {
            return (T)made.Value;
        }
        catch
        {
            lock (_recent)
                if (_byPlace.TryGetValue((file, offset), out var node) && node.Value.Made == made) Forget(node);
            throw;
        }
    }

    void Forget(LinkedListNode<Entry> node)
    {
        _recent.Remove(node);
        _byPlace.Remove(node.Value.Place);
        _bytes -= node.Value.Weight;
    }

    sealed record Entry((object File, long Offset) Place, long Weight, Lazy<object> Made);
}
