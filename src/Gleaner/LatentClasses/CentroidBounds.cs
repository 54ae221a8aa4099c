using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gleaner;

/// <summary>
/// Bounds that spare most products of rows and centroids once centroids move little: how far a row is at most from its own centroid, and at least from the others of each
/// group. They widen by what centroids move; products are made only where they leave a doubt. The classes are those of comparing all with all, to the bit.
/// </summary>
/// <remarks>Yinyang k-means (Ding et al., ICML 2015). Bounds are of true distances, D^2 = |x|^2 + |c|^2 - 2 &lt;x, c&gt;; what float32 scores say of one may be wrong by <see cref="_error"/>.</remarks>
sealed class CentroidBounds
{
    const int Lanes = CentroidGroups.Most, Tile = PackedRows.TileRows;

    /// <summary>A row's look at a group costs about twice what it does when all rows look at all groups, one after the other.</summary>
    const double MostLooks = 0.4;

    /// <summary>Rows that are looked at together, so that those with a doubt about the same group fill tiles.</summary>
    const int Chunk = 1024;

    readonly EmbeddingMatrix _embedding;
    readonly CentroidGroups _groups;
    readonly double _squares; // D^2 = this - 2 score
    readonly double _error;
    readonly float[] _upper;  // by row: its own centroid is at most so far
    readonly float[] _lower;  // by row and group: the group's other centroids are at least so far
    readonly float[] _before; // the centroids that these bounds are of
    bool _made;               // by a first assignment

    /// <summary>Nothing is known yet: the first assignment makes all products.</summary>
    public CentroidBounds(EmbeddingMatrix embedding, ReadOnlySpan<float> centroids, bool cosine)
    {
        _embedding = embedding;
        _groups = new CentroidGroups(centroids, embedding.Dimension);
        _squares = cosine ? 2 : 1;
        _error = Math.ScaleB(4 * (embedding.Dimension + 8), -24); // 2 d roundings of a product of unit rows, d of |c|^2, a few of the rest
        _before = centroids.ToArray();
        _upper = new float[embedding.Count];
        _lower = new float[embedding.Count * Lanes];
        Array.Fill(_upper, float.PositiveInfinity);
    }

    /// <summary>False if comparing all with all would have been cheaper the last time; the first time, when bounds are made, does not count.</summary>
    public bool Pay { get; private set; } = true;

    /// <summary>The row is no longer in the class that the last assignment gave it.</summary>
    public void Forget(int row)
    {
        _upper[row] = float.PositiveInfinity;
        _lower.AsSpan(row * Lanes, Lanes).Clear();
    }

    /// <summary>Puts every row into the class of the largest &lt;x, c&gt; - bias, the lowest among equals. Returns how many rows changed class.</summary>
    /// <param name="centroids">K x d, none longer than 1.</param>
    /// <param name="bias">|c|^2 / 2, or 0 if all centroids are of length 1.</param>
    /// <param name="classOf">The classes before and after.</param>
    /// <param name="parallel">Threads.</param>
    public int Assign(ReadOnlySpan<float> centroids, ReadOnlySpan<float> bias, int[] classOf, ParallelOptions parallel)
    {
        var (drift, mostOf) = Drift(centroids);
        var nearest = _groups.Pack(centroids, bias);
        int moved = 0;
        long looks = 0;
        Parallel.For(0, (classOf.Length + Chunk - 1) / Chunk, parallel, c =>
        {
            int first = c * Chunk, endExcl = Math.Min(classOf.Length, first + Chunk);
            var doubts = Doubts(classOf, first, endExcl, drift, mostOf);
            Interlocked.Add(ref looks, Settle(doubts, nearest));
            Interlocked.Add(ref moved, Move(doubts, classOf));
        });
        Pay = !_made || looks <= MostLooks * classOf.Length * _groups.Count;
        _made = true;
        centroids.CopyTo(_before);
        return moved;
    }

    // How far each centroid has moved, and the farthest of each group. A little more, for the roundings of bounds.
    (float[] Drift, float[] MostOf) Drift(ReadOnlySpan<float> centroids)
    {
        int d = _embedding.Dimension;
        var (drift, mostOf) = (new float[centroids.Length / d], new float[Lanes]);
        for (int k = 0; k < drift.Length; k++)
        {
            double squares = 0;
            for (int i = k * d; i < (k + 1) * d; i++)
            {
                double by = (double)centroids[i] - _before[i];
                squares += by * by;
            }
            drift[k] = (float)(Math.Sqrt(squares) + 1e-6);
            mostOf[_groups.GroupOf(k)] = Math.Max(mostOf[_groups.GroupOf(k)], drift[k]);
        }
        for (int g = _groups.Count; g < Lanes; g++) mostOf[g] = float.NegativeInfinity; // no such group: as far as can be
        return (drift, mostOf);
    }

    // Widens the bounds of some rows and lists those for which another centroid may be the nearest now.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Span<Doubt> Doubts(int[] classOf, int first, int endExcl, float[] drift, float[] mostOf)
    {
        var doubts = new Doubt[endExcl - first];
        int count = 0;
        var most = Vector512.Create(mostOf);
        for (int i = first; i < endExcl; i++)
        {
            ref float lower = ref _lower[i * Lanes];
            var bounds = Vector512.LoadUnsafe(ref lower) - most;
            bounds.StoreUnsafe(ref lower);
            float upper = _upper[i] += drift[classOf[i]];
            float reach = AtMost((double)upper * upper + 2 * _error);
            if (Vector512.LessThanOrEqualAny(bounds, Vector512.Create(reach))) doubts[count++] = new Doubt { Row = i, Own = _groups.GroupOf(classOf[i]), Score = float.NegativeInfinity };
        }
        return doubts.AsSpan(0, count);
    }

    // The own group first: it says how far the row's centroid is, and so which other groups are worth a look. Returns how many looks that were.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int Settle(Span<Doubt> doubts, NearestRows nearest)
    {
        var listed = new int[doubts.Length];
        var eight = new float[Tile * _embedding.Dimension];
        int looks = doubts.Length;
        for (int g = 0; g < _groups.Count; g++)
        {
            int count = 0;
            for (int j = 0; j < doubts.Length; j++)
                if (doubts[j].Own == g) listed[count++] = j;
            Look(doubts, listed.AsSpan(0, count), g, nearest, eight);
        }
        for (int g = 0; g < _groups.Count; g++)
        {
            int count = 0;
            for (int j = 0; j < doubts.Length; j++)
                if (doubts[j].Own != g && _lower[doubts[j].Row * Lanes + g] <= doubts[j].Reach) listed[count++] = j;
            Look(doubts, listed.AsSpan(0, count), g, nearest, eight);
            looks += count;
        }
        return looks;
    }

    void Look(Span<Doubt> doubts, ReadOnlySpan<int> listed, int group, NearestRows nearest, Span<float> eight)
    {
        Span<TwoLargest> found = stackalloc TwoLargest[Tile];
        int d = _embedding.Dimension;
        for (int l = 0; l < listed.Length; l += Tile)
        {
            int count = Math.Min(Tile, listed.Length - l);
            for (int r = 0; r < count; r++) _embedding.Row(doubts[listed[l + r]].Row).CopyTo(eight[(r * d)..]);
            for (int r = l + Tile; r < Math.Min(l + 2 * Tile, listed.Length); r++) Prefetch(_embedding.Row(doubts[listed[r]].Row));
            nearest.FindTwo(eight, _groups.Panels(group), found);
            for (int r = 0; r < count; r++) Take(ref doubts[listed[l + r]], found[r], group);
        }
    }

    // Asks for a row that will be read soon, where the processor can be asked: doubtful rows lie apart, and wait for memory otherwise.
    static unsafe void Prefetch(ReadOnlySpan<float> row)
    {
        if (!Sse.IsSupported) return;
        const int Line = 16;
        for (int i = 0; i < row.Length; i += Line) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in row[i])));
    }

    // The best of a group becomes the best of all, or a bound.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Take(ref Doubt doubt, TwoLargest found, int group)
    {
        var lower = _lower.AsSpan(doubt.Row * Lanes, Lanes);
        bool better = found.Score > doubt.Score || found.Score == doubt.Score && _groups.CentroidAt(found.Index) < _groups.CentroidAt(doubt.Slot);
        lower[group] = AtLeast(better ? found.Second : found.Score);
        if (!better) return;
        if (doubt.Score > float.NegativeInfinity)
        {
            int before = _groups.GroupOf(_groups.CentroidAt(doubt.Slot));
            lower[before] = Math.Min(lower[before], AtLeast(doubt.Score));
        }
        (doubt.Score, doubt.Slot) = (found.Score, found.Index);
        doubt.Reach = AtMost(_squares - 2 * (double)doubt.Score + 3 * _error);
    }

    int Move(Span<Doubt> doubts, int[] classOf)
    {
        int moved = 0;
        foreach (var doubt in doubts)
        {
            int k = _groups.CentroidAt(doubt.Slot);
            if (classOf[doubt.Row] != k) moved++;
            classOf[doubt.Row] = k;
            _upper[doubt.Row] = AtMost(_squares - 2 * (double)doubt.Score + _error);
        }
        return moved;
    }

    // Roots in float32, rounded to the safe side.
    float AtLeast(float score) => (float)(Math.Sqrt(Math.Max(0, _squares - 2 * (double)score - _error)) * (1 - 1e-7));

    static float AtMost(double square) => (float)(Math.Sqrt(Math.Max(0, square)) * (1 + 1e-7));

    // A row, the best centroid found so far, and how far another must be to be sure that it scores less: D^2 of both is known but for the error.
    struct Doubt
    {
        public int Row, Own, Slot;
        public float Score, Reach;
    }
}
