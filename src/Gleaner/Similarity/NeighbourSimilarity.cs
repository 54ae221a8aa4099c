using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// The largest similarities only: s_ij of other similarities where j is among the k images that are most similar to i, or i among j's, and s_ii; 0 everywhere else.
/// So it is symmetric, and an image that many find similar has a longer row. Similarities that are not above 0 are left out too. Memory O(n k).
/// </summary>
public sealed class NeighbourSimilarity : SimilarityRows
{
    readonly int[] _starts;          // row i: _entries[_starts[i].._starts[i + 1]], in ascending order of index
    readonly Neighbour[] _entries;

    NeighbourSimilarity(int[] starts, Neighbour[] entries, int neighbours) => (_starts, _entries, Neighbours) = (starts, entries, neighbours);

    /// <summary>Finds the neighbours exactly, in blocks of rows: all n^2 similarities are computed, once, and never stored. The result does not depend on <paramref name="threads"/>.</summary>
    /// <param name="similarity">The similarities to choose from.</param>
    /// <param name="neighbours">k, how many other images each image keeps, the lowest index among equally similar ones; n - 1 or more keeps all that are above 0.</param>
    /// <param name="threads">How many threads share the rows.</param>
    /// <param name="cancel">Stops the work with an <see cref="OperationCanceledException"/>.</param>
    public static NeighbourSimilarity Of(SimilarityRows similarity, int neighbours, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentOutOfRangeException.ThrowIfNegative(neighbours);
        int n = similarity.Count, width = similarity.RowCapacity, part = Math.Clamp((1 << 18) / Math.Max(1, width) / PackedRows.TileRows, 1, 12) * PackedRows.TileRows;
        neighbours = Math.Min(neighbours, Math.Max(0, n - 1));
        var nearest = new Neighbour[n][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.For(0, (n + part - 1) / part, parallel, () => (Rows: new float[part * width], Room: new Neighbour[4 * neighbours + 64]), (p, _, own) =>
        {
            int[] images = [.. Enumerable.Range(p * part, Math.Min(part, n - p * part))];
            similarity.Rows(images, own.Rows);
            for (int r = 0; r < images.Length; r++) nearest[images[r]] = Nearest(own.Rows.AsSpan(r * width, n), images[r], neighbours, own.Room);
            return own;
        }, _ => { });
        return Union(similarity, nearest, neighbours);
    }

    /// <inheritdoc/>
    public override int Count => _starts.Length - 1;

    /// <summary>k, how many others each image keeps at least, if so many are similar to it at all.</summary>
    public int Neighbours { get; }

    /// <summary>How many similarities are kept, s_ij and s_ji both.</summary>
    public int Entries => _entries.Length;

    /// <inheritdoc/>
    public override double Least => 0;

    /// <inheritdoc/>
    public override double Self(int i)
    {
        foreach (var (j, s) in Of(i))
            if (j == i) return s;
        return 0;
    }

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities)
    {
        similarities[..Count].Clear();
        foreach (var (j, s) in Of(i)) similarities[j] = s;
    }

    /// <inheritdoc/>
    public override double[] RowSums(int threads = 1, CancellationToken cancel = default)
    {
        var sums = new double[Count];
        for (int i = 0; i < sums.Length; i++)
            foreach (var (_, s) in Of(i)) sums[i] += s;
        return sums;
    }

    /// <summary>What row i holds, in ascending order of index.</summary>
    internal ReadOnlySpan<Neighbour> Of(int i) => _entries.AsSpan(_starts[i].._starts[i + 1]);

    /// <summary>The row's k largest similarities above <paramref name="least"/> but its own, in no order; the lowest indices among equals. <paramref name="room"/> is for more than 2 k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Neighbour[] Nearest(ReadOnlySpan<float> row, int self, int k, Neighbour[] room, float least = 0)
    {
        if (k == 0) return [];
        int count = 0; // least is what a similarity must exceed: a later image that equals the k-th best is not taken
        ref float s = ref MemoryMarshal.GetReference(row);
        for (int i = 0; i < row.Length; i += 8)
        {
            uint above = i + 8 <= row.Length
                ? Vector256.GreaterThan(Vector256.LoadUnsafe(ref s, (nuint)i), Vector256.Create(least)).ExtractMostSignificantBits()
                : (1u << (row.Length - i)) - 1;
            for (; above != 0; above &= above - 1)
            {
                int j = i + BitOperations.TrailingZeroCount(above);
                if (j == self || !(row[j] > least)) continue;
                room[count++] = new Neighbour(j, row[j]);
                if (count == room.Length) (count, least) = Best(room, count, k);
            }
        }
        if (count > k) (count, _) = Best(room, count, k);
        return room[..count];
    }

    static (int Count, float Least) Best(Neighbour[] room, int count, int k)
    {
        room.AsSpan(0, count).Sort((a, b) => a.Similarity == b.Similarity ? a.Index.CompareTo(b.Index) : b.Similarity.CompareTo(a.Similarity));
        return (k, room[k - 1].Similarity);
    }

    // i's neighbours, those whose neighbour i is, and i.
    static NeighbourSimilarity Union(SimilarityRows similarity, Neighbour[][] nearest, int neighbours)
    {
        int n = nearest.Length;
        var rows = new List<Neighbour>[n];
        for (int i = 0; i < n; i++)
        {
            rows[i] = [.. nearest[i]];
            if ((float)similarity.Self(i) is > 0 and var self) rows[i].Add(new Neighbour(i, self));
        }
        for (int i = 0; i < n; i++)
            foreach (var (j, s) in nearest[i]) rows[j].Add(new Neighbour(i, s));

        var starts = new int[n + 1];
        var entries = new List<Neighbour>();
        for (int i = 0; i < n; i++)
        {
            rows[i].Sort((a, b) => a.Index.CompareTo(b.Index));
            foreach (var entry in rows[i])
                if (entries.Count == starts[i] || entries[^1].Index != entry.Index) entries.Add(entry);
            rows[i].Clear();
            starts[i + 1] = entries.Count;
        }
        return new NeighbourSimilarity(starts, [.. entries], neighbours);
    }
}
