using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// Facility location within one latent class: F(S) = sum_i max_{j in S} s_ij, how well every image is represented by its most similar chosen one, so
/// F(e|S) = sum_i max(0, s_ie - m_i) with m_i = max_{j in S} s_ij. Monotone and submodular. Negative similarities, and the maximum over no image, count as 0.
/// </summary>
/// <remarks>
/// The objective of CRAIG (Mirzasoleiman et al. 2020, arXiv:1906.01827) and the one that apricot and submodlib call facility location.
/// m_i only grows, so a pair with s_ie &lt;= m_i never matters again: once few pairs of an image are left, they are kept as a list and its row is never looked at
/// again. A gain so costs O(n d) at first (O(n) for a given kernel) and then a walk through a short list, with the same bits either way.
/// Memory: at most 2 KB an image for lists of up to 256 pairs, and <c>roomForRows</c> bytes for longer lists, whose rows would have to be made again.
/// </remarks>
public sealed class FacilityLocation : SetObjective
{
    /// <summary>512 MiB: a sixteenth of all pairs of 32,768 images.</summary>
    internal const long DefaultRoom = 512L << 20;

    /// <summary>Rows that are made on demand are made by two tiles: a block of the embedding that is loaded serves them all.</summary>
    const int RowsAtOnce = 2 * PackedRows.TileRows;

    /// <summary>A pick that improves more than a fifth of the images leaves rows too long to be listed.</summary>
    const int FarReaching = 5;

    readonly SimilarityRows _similarity;
    readonly int _threads;
    readonly CancellationToken _cancel;
    readonly float[] _covered;  // m
    readonly int[] _knownAt;
    readonly double[] _gains;   // exact for the set of version _knownAt
    readonly ReachStore _reach;
    readonly RowBlock _block;
    int _version = 1, _asked; // how many gains were asked for in this version
    bool _allAtOnce;

    /// <summary>Starts from the empty set.</summary>
    /// <param name="similarity">A given kernel, rows on demand, or <see cref="NeighbourSimilarity"/>, whose rows are lists from the start.</param>
    /// <param name="threads">They share the work where many gains are asked for at once; no gain depends on it.</param>
    /// <param name="roomForRows">Bytes for lists of more than 256 pairs; without them rows are made again more often. No gain depends on it.</param>
    /// <param name="cancel">Asked whenever rows are made.</param>
    public FacilityLocation(SimilarityRows similarity, int threads = 1, long roomForRows = DefaultRoom, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentOutOfRangeException.ThrowIfNegative(roomForRows);
        (_similarity, _threads, _cancel) = (similarity, threads, cancel);
        int n = similarity.Count;
        (_covered, _knownAt, _gains) = (new float[n], new int[n], new double[n]);
        _reach = new ReachStore(n, similarity is GivenSimilarity ? 0 : roomForRows);
        _block = new RowBlock(similarity, RowsAtOnce);
        if (similarity is NeighbourSimilarity sparse)
            for (int e = 0; e < n; e++) _reach.Put(e, sparse.Of(e).ToArray());
    }

    /// <inheritdoc/>
    public override int Count => _covered.Length;

    /// <inheritdoc/>
    public override bool IsSubmodular => true;

    /// <inheritdoc/>
    public override double Gain(int e)
    {
        Ask([e]);
        Refresh([e], _block);
        return _gains[e];
    }

    /// <inheritdoc/>
    public override int GainsAtOnce(int e) => _reach.Has(e) || _knownAt[e] == _version || _similarity is GivenSimilarity ? 1 : RowsAtOnce;

    /// <inheritdoc/>
    public override void Gains(ReadOnlySpan<int> images, Span<double> gains)
    {
        const int Part = 96;
        Ask(images);
        if (_threads == 1 || images.Length <= Part) Refresh(images, _block);
        else
        {
            int[] all = images.ToArray();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = _cancel };
            Parallel.For(0, (all.Length + Part - 1) / Part, parallel, () => new RowBlock(_similarity, RowsAtOnce), (p, _, block) =>
            {
                Refresh(all.AsSpan(p * Part, Math.Min(Part, all.Length - p * Part)), block);
                return block;
            }, _ => { });
        }
        for (int r = 0; r < images.Length; r++) gains[r] = _gains[images[r]];
    }

    /// <inheritdoc/>
    public override void Add(int e)
    {
        int improved = 0;
        if (_reach.TryList(e, out var list))
            foreach (var (i, s) in list)
            {
                if (s > _covered[i]) improved++;
                _covered[i] = Math.Max(_covered[i], s);
            }
        else
        {
            var row = _block.RowOf(e);
            Coverage.Gain(row, _covered, out improved);
            TensorPrimitives.MaxNumber(_covered, row, _covered);
        }
        _reach.Put(e, []); // all that it can improve it has improved
        if (improved == 0) return;
        _version++;
        (_allAtOnce, _asked) = (_asked > Count / 2 && improved > Count / FarReaching, 0);
    }

    // The first picks cover something of nearly every image, so that nearly all old gains are far too large: then all pairs at once cost half of what all rows do.
    void Ask(ReadOnlySpan<int> images)
    {
        _asked += images.Length;
        bool atFirst = _version == 1 && images.Length == _asked && _asked > Count / 2;
        if (!_allAtOnce && !atFirst) return;
        _allAtOnce = false;
        if (_similarity.SumsAbove(_covered, _threads, _cancel) is not { } gains) return;
        for (int e = 0; e < gains.Length; e++) Know(e, gains[e]);
    }

    // Brings _gains up to date for the images.
    void Refresh(ReadOnlySpan<int> images, RowBlock block)
    {
        foreach (int e in images)
        {
            if (_knownAt[e] == _version) continue;
            if (_reach.TryList(e, out var list))
            {
                Know(e, Coverage.Gain(list, _covered, out int kept));
                _reach.Shorten(e, kept);
            }
            else
            {
                block.Add(e);
                if (block.IsFull) RefreshFromRows(block);
            }
        }
        if (!block.IsEmpty) RefreshFromRows(block);
    }

    void RefreshFromRows(RowBlock block)
    {
        _cancel.ThrowIfCancellationRequested();
        var images = block.Fill();
        for (int r = 0; r < images.Length; r++) RefreshFromRow(images[r], block[r]);
    }

    void RefreshFromRow(int e, ReadOnlySpan<float> row)
    {
        Know(e, Coverage.Gain(row, _covered, out int above));
        _reach.Keep(e, row, _covered, above);
    }

    void Know(int e, double gain) => (_gains[e], _knownAt[e]) = (gain, _version);
}
