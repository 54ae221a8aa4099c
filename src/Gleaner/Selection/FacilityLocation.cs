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
/// Where most gains are asked for at once, all gains are kept up to date from then on (<see cref="StandingGains"/>).
/// Memory: at most 4 KB an image for lists of up to 256 pairs, and <c>roomForRows</c> bytes for longer lists, whose rows would have to be made again.
/// </remarks>
public sealed class FacilityLocation : SetObjective
{
    /// <summary>384 MiB: an eighth of all pairs of 20,000 images.</summary>
    internal const long DefaultRoom = 384L << 20;

    /// <summary>Of an image, for lists of up to 256 pairs.</summary>
    internal const int BytesOfShortLists = 4096;

    /// <summary>Rows that are made on demand are made by two tiles: a block of the embedding that is loaded serves them all.</summary>
    const int RowsAtOnce = 2 * PackedRows.TileRows;

    /// <summary>A row is listed once a sixteenth of it is left. Lists of an eighth take twice the memory and were no faster.</summary>
    const int Share = 16;

    readonly SimilarityRows _similarity;
    readonly int _threads;
    readonly CancellationToken _cancel;
    readonly float[] _covered;  // m
    readonly int[] _knownAt;
    readonly double[] _gains;   // exact for the set of version _knownAt
    readonly ReachStore _reach;
    readonly RowBlock _block;
    readonly long _roomForRows;
    int _version = 1;
    StandingGains? _standing;   // since all gains were asked for at once

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
        (_similarity, _threads, _roomForRows, _cancel) = (similarity, threads, roomForRows, cancel);
        int n = similarity.Count;
        (_covered, _knownAt, _gains) = (new float[n], new int[n], new double[n]);
        _reach = new ReachStore(n, similarity is GivenSimilarity ? 0 : roomForRows, longest: n / Share);
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
        if (_standing is not null) return _standing[e];
        Refresh([e], _block);
        return _gains[e];
    }

    /// <inheritdoc/>
    internal override ReadOnlySpan<double> Standing => _standing is null ? [] : _standing.All;

    /// <inheritdoc/>
    public override int GainsAtOnce(int e) => _standing is not null || _reach.Has(e) || _knownAt[e] == _version || _similarity is GivenSimilarity ? 1 : RowsAtOnce;

    /// <inheritdoc/>
    public override void Gains(ReadOnlySpan<int> images, Span<double> gains)
    {
        const int Part = 96;
        if (_standing is null && _similarity.IsOnGrid && images.Length > Count / 2)
            _standing = new StandingGains(_similarity, _covered, _roomForRows, _threads, _cancel);
        if (_standing is not null)
        {
            for (int r = 0; r < images.Length; r++) gains[r] = _standing[images[r]];
            return;
        }
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
        if (_standing is not null)
        {
            _standing.Add(e);
            return;
        }
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
        if (improved > 0) _version++;
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
