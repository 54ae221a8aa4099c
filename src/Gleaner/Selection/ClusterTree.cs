namespace Gleaner;

/// <summary>
/// A tree of clusters with images at its leaves that deals its images evenly: each comes from the child that gave the fewest so far
/// and still has some, and so on down to a leaf.
/// </summary>
/// <remarks>
/// After any number of images the children of every node have given equally many, plus or minus one, but for those that are used up.
/// These are the shares min(s, size) of balanced sampling from the top down, for every budget at once: smaller budgets lie inside larger ones.
/// </remarks>
sealed class ClusterTree
{
    readonly Queue<int> _images = [];
    readonly PriorityQueue<(ClusterTree Child, int Place), (int Given, int Place)> _open = new();
    int _given;

    /// <summary>A leaf that gives <paramref name="images"/> in this order; those <paramref name="given"/> already count.</summary>
    public ClusterTree(IEnumerable<int> images, IReadOnlySet<int> given)
    {
        foreach (int i in images)
            if (given.Contains(i)) _given++;
            else _images.Enqueue(i);
        Left = _images.Count;
    }

    /// <summary>A cluster of clusters; of two that gave equally many, the first is next.</summary>
    public ClusterTree(IReadOnlyList<ClusterTree> children)
    {
        for (int c = 0; c < children.Count; c++)
        {
            _given += children[c]._given;
            Left += children[c].Left;
            if (children[c].Left > 0) _open.Enqueue((children[c], c), (children[c]._given, c));
        }
    }

    /// <summary>How many images are left.</summary>
    public int Left { get; private set; }

    /// <summary>The next image; O(levels log children).</summary>
    public int Next()
    {
        _given++;
        Left--;
        if (_images.TryDequeue(out int image)) return image;
        var (child, place) = _open.Dequeue();
        int next = child.Next();
        if (child.Left > 0) _open.Enqueue((child, place), (child._given, place));
        return next;
    }
}
