using System.Buffers;

namespace Gleaner;

/// <summary>
/// s_ij = &lt;z_i, z_j&gt;, the cosine between unit rows and the expected similarity between means of views, counted as 0 where it is below a
/// threshold, and rounded to a multiple of 2^-26 so that sums are exact in any order. Memory O(n d).
/// Row sums cost O(n d) without a threshold (they are &lt;z_i, sum_j z_j&gt;) and O(n^2 d) with one.
/// </summary>
public sealed class CosineSimilarity : SimilarityRows
{
    readonly EmbeddingMatrix _rows;
    readonly PackedRows _packed;
    readonly float? _threshold;
    readonly Lazy<float[]> _selves;

    /// <summary>Similarities between the rows of <paramref name="embedding"/>; null means no threshold.</summary>
    public CosineSimilarity(EmbeddingMatrix embedding, double? threshold)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        if (threshold is { } t && !double.IsFinite(t)) throw new ArgumentOutOfRangeException(nameof(threshold), t, "The threshold must be a number, or null for none.");
        _rows = embedding;
        _packed = PackedRows.Pack(embedding.Values, embedding.Count, embedding.Dimension);
        _threshold = (float?)threshold;
        _selves = new Lazy<float[]>(Selves);
    }

    /// <inheritdoc/>
    public override int Count => _rows.Count;

    /// <inheritdoc/>
    public override double Least => _threshold is { } t ? Math.Min(t, 0) : -1.001; // rows may be longer than 1 by a rounding

    float Threshold => _threshold ?? float.NegativeInfinity;

    /// <inheritdoc/>
    public override double Self(int i) => _selves.Value[i];

    // Eight rows times their own panel: what a loop over one row would find, several times as fast.
    float[] Selves()
    {
        var selves = new float[Count];
        var tile = new float[PackedRows.TileRows * PackedRows.TileColumns];
        float[]? filled = null;
        for (int first = 0; first < Count; first += PackedRows.TileRows)
        {
            int panel = first / PackedRows.PanelRows;
            _packed.MultiplyTiles(PackedRows.Strip(_rows.Values, first, PackedRows.TileRows, _rows.Dimension, ref filled), PackedRows.TileRows, panel, panel + 1, tile);
            for (int i = first; i < Math.Min(Count, first + PackedRows.TileRows); i++)
                selves[i] = SimilarityGrid.Round(tile[(i - first) * PackedRows.TileColumns + i % PackedRows.PanelRows], Threshold);
        }
        return selves;
    }

    /// <inheritdoc/>
    public override int RowCapacity => _packed.Capacity;

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities)
    {
        _packed.Multiply(_rows.Row(i), similarities);
        SimilarityGrid.Round(similarities[..RowCapacity], Threshold);
    }

    /// <inheritdoc/>
    public override void Rows(ReadOnlySpan<int> images, Span<float> similarities)
    {
        if (images.Length < PackedRows.TileRows / 2)
        {
            base.Rows(images, similarities);
            return;
        }
        float[] some = ArrayPool<float>.Shared.Rent(images.Length * _rows.Dimension);
        Gather(images, some);
        _packed.MultiplyRows(some, images.Length, similarities);
        ArrayPool<float>.Shared.Return(some);
        SimilarityGrid.Round(similarities[..(images.Length * RowCapacity)], Threshold);
    }

    /// <inheritdoc/>
    internal override int PartColumns => Math.Min(_packed.BlockPanels, _packed.Panels) * PackedRows.PanelRows;

    /// <inheritdoc/>
    internal override int PartOfRows(ReadOnlySpan<int> images, int column, Span<float> similarities)
    {
        int columns = Math.Min(PartColumns, RowCapacity - column), panel = column / PackedRows.PanelRows;
        float[] some = ArrayPool<float>.Shared.Rent(images.Length * _rows.Dimension);
        Gather(images, some);
        _packed.MultiplyRows(some, images.Length, panel, panel + columns / PackedRows.PanelRows, similarities);
        ArrayPool<float>.Shared.Return(some);
        SimilarityGrid.Round(similarities[..(images.Length * columns)], Threshold);
        return columns;
    }

    // The rows of the images one behind the other.
    void Gather(ReadOnlySpan<int> images, Span<float> some)
    {
        for (int r = 0; r < images.Length; r++) _rows.Row(images[r]).CopyTo(some[(r * _rows.Dimension)..]);
    }

    /// <inheritdoc/>
    public override double[] RowSums(int threads = 1, CancellationToken cancel = default) =>
        _threshold is { } threshold ? BlockSums.OfAllPairs(_rows.Memory, _packed, threshold, threads, cancel) : LinearSums();

    /// <inheritdoc/>
    internal override bool IsOnGrid => true;

    /// <summary>As of any similarities, from half of all products.</summary>
    internal override double[] SumsAbove(float[] covered, int threads, CancellationToken cancel) =>
        BlockSums.OfAllPairs(_rows.Memory, _packed, Threshold, threads, cancel, covered);

    /// <inheritdoc/>
    internal override SimilarityRows Part(ReadOnlySpan<int> images) => new CosineSimilarity(_rows.Select(images), _threshold);

    // sum_j <z_i, z_j> = <z_i, sum_j z_j>, in float64.
    double[] LinearSums()
    {
        var total = new double[_rows.Dimension];
        for (int j = 0; j < Count; j++)
        {
            var z = _rows.Row(j);
            for (int k = 0; k < z.Length; k++) total[k] += z[k];
        }
        var sums = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            var z = _rows.Row(i);
            double sum = 0;
            for (int k = 0; k < z.Length; k++) sum += z[k] * total[k];
            sums[i] = SimilarityGrid.Round(sum);
        }
        return sums;
    }
}
