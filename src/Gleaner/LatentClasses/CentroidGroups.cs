using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>Centroids in at most sixteen groups of near ones, each some whole panels of <see cref="PackedRows"/>. A centroid's place in the panels is its slot.</summary>
sealed class CentroidGroups
{
    /// <summary>Most groups: as many as a 512-bit vector has numbers.</summary>
    public const int Most = 16;

    readonly int[] _centroidAt; // by slot; ascending inside a group, so that the first of equals is the lowest
    readonly int[] _groupOf;    // by centroid
    readonly int _panels, _panelsEach; // the last group may have fewer

    /// <summary>Groups the K centroids that lie one behind the other.</summary>
    public CentroidGroups(ReadOnlySpan<float> centroids, int dimension)
    {
        int count = centroids.Length / dimension;
        _panels = (count + PackedRows.PanelRows - 1) / PackedRows.PanelRows;
        _panelsEach = (_panels + Most - 1) / Most;
        Count = (_panels + _panelsEach - 1) / _panelsEach;
        _centroidAt = [.. Enumerable.Range(0, count)];
        Bisect(_centroidAt, centroids, dimension);
        _groupOf = new int[count];
        for (int slot = 0; slot < count; slot++) _groupOf[_centroidAt[slot]] = slot / (_panelsEach * PackedRows.PanelRows);
    }

    /// <summary>How many groups.</summary>
    public int Count { get; }

    /// <summary>The group of centroid <paramref name="k"/>.</summary>
    public int GroupOf(int k) => _groupOf[k];

    /// <summary>The centroid in a slot.</summary>
    public int CentroidAt(int slot) => _centroidAt[slot];

    /// <summary>The panels of group <paramref name="g"/>.</summary>
    public (int First, int EndExcl) Panels(int g) => (g * _panelsEach, Math.Min((g + 1) * _panelsEach, _panels));

    /// <summary>The centroids packed by slot, to be searched for the largest &lt;x, c&gt; - <paramref name="bias"/>.</summary>
    public NearestRows Pack(ReadOnlySpan<float> centroids, ReadOnlySpan<float> bias)
    {
        int count = _centroidAt.Length, d = centroids.Length / count;
        var (ordered, biasBySlot) = (new float[centroids.Length], new float[count]);
        for (int slot = 0; slot < count; slot++)
        {
            centroids.Slice(_centroidAt[slot] * d, d).CopyTo(ordered.AsSpan(slot * d));
            biasBySlot[slot] = bias[_centroidAt[slot]];
        }
        return new NearestRows(PackedRows.Pack(ordered, count, d), biasBySlot);
    }

    // Halves, a whole number of groups each, between two centroids that are far apart.
    void Bisect(Span<int> slots, ReadOnlySpan<float> centroids, int d)
    {
        int size = _panelsEach * PackedRows.PanelRows, groups = (slots.Length + size - 1) / size;
        if (groups <= 1)
        {
            slots.Sort();
            return;
        }
        int left = FarthestFrom(slots[0], slots, centroids, d), right = FarthestFrom(left, slots, centroids, d);
        var nearerLeft = new float[slots.Length];
        for (int i = 0; i < slots.Length; i++) nearerLeft[i] = Distance(slots[i], left, centroids, d) - Distance(slots[i], right, centroids, d);
        nearerLeft.AsSpan().Sort(slots);
        Bisect(slots[..(groups / 2 * size)], centroids, d);
        Bisect(slots[(groups / 2 * size)..], centroids, d);
    }

    static int FarthestFrom(int k, ReadOnlySpan<int> among, ReadOnlySpan<float> centroids, int d)
    {
        int farthest = k;
        foreach (int other in among)
            if (Distance(k, other, centroids, d) > Distance(k, farthest, centroids, d)) farthest = other;
        return farthest;
    }

    static float Distance(int a, int b, ReadOnlySpan<float> centroids, int d) => TensorPrimitives.Distance(centroids.Slice(a * d, d), centroids.Slice(b * d, d));
}
