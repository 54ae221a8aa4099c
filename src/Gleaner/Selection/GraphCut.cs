namespace Gleaner;

/// <summary>
/// The SAS objective of one latent class (Joshi and Mirzasoleiman 2023, arXiv:2302.09195):
/// F(S) = sum_{i in V \ S} sum_{j in S} s_ij, so F(e|S) = sum_i s_ie - s_ee - 2 sum_{j in S} s_je.
/// Submodular for s >= 0 and not monotone: gains turn negative near |S| = n/2.
/// </summary>
public sealed class GraphCut : SetObjective
{
    readonly SimilarityRows _similarity;
    readonly double[] _gains;
    readonly float[] _row;

    /// <summary>Starts from the empty set, with <paramref name="rowSums"/> = <see cref="SimilarityRows.RowSums"/>.</summary>
    public GraphCut(SimilarityRows similarity, ReadOnlySpan<double> rowSums)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        _similarity = similarity;
        _gains = rowSums.ToArray();
        for (int e = 0; e < _gains.Length; e++) _gains[e] -= similarity.Self(e);
        _row = new float[similarity.RowCapacity];
    }

    /// <inheritdoc/>
    public override int Count => _gains.Length;

    /// <inheritdoc/>
    public override bool IsSubmodular => _similarity.Least >= 0;

    /// <inheritdoc/>
    public override double Gain(int e) => _gains[e];

    /// <inheritdoc/>
    public override void Gains(ReadOnlySpan<int> images, Span<double> gains)
    {
        for (int r = 0; r < images.Length; r++) gains[r] = _gains[images[r]];
    }

    /// <inheritdoc/>
    public override void Add(int e)
    {
        _similarity.Row(e, _row);
        RowArithmetic.AddTimes(-2, _row, _gains);
    }

    /// <summary>S becomes S - e, for an e of S. To add it again gives the same gains but for a rounding.</summary>
    public void Remove(int e)
    {
        _similarity.Row(e, _row);
        RowArithmetic.AddTimes(2, _row, _gains);
    }

    /// <summary>The same objective at the same set, to be changed apart.</summary>
    internal GraphCut Copy() => new(this);

    /// <summary>s_ee.</summary>
    internal double Self(int e) => _similarity.Self(e);

    GraphCut(GraphCut other) => (_similarity, _gains, _row) = (other._similarity, [.. other._gains], new float[other._row.Length]);
}
