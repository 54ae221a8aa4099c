using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// s_ij = &lt;z_i, z_j&gt;, the cosine between unit rows and the expected similarity between means of views, counted as 0 where it is below a
/// threshold. Memory O(n d).
/// Row sums cost O(n d) without a threshold (they are &lt;z_i, sum_j z_j&gt;) and O(n^2 d) with one.
/// </summary>
public sealed class CosineSimilarity : SimilarityRows
{
    readonly EmbeddingMatrix _rows;
    readonly PackedRows _packed;
    readonly float? _threshold;

    /// <summary>Similarities between the rows of <paramref name="embedding"/>; null means no threshold.</summary>
    public CosineSimilarity(EmbeddingMatrix embedding, double? threshold)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        if (threshold is { } t && !double.IsFinite(t)) throw new ArgumentOutOfRangeException(nameof(threshold), t, "The threshold must be a number, or null for none.");
        _rows = embedding;
        _packed = PackedRows.Pack(embedding.Values, embedding.Count, embedding.Dimension);
        _threshold = (float?)threshold;
    }

    /// <inheritdoc/>
    public override int Count => _rows.Count;

    /// <inheritdoc/>
    public override double Self(int i)
    {
        var z = _rows.Row(i);
        float square = 0;
        foreach (float v in z) square = MathF.FusedMultiplyAdd(v, v, square);
        return square < _threshold ? 0 : square;
    }

    /// <inheritdoc/>
    public override int RowCapacity => _packed.Panels * PackedRows.PanelRows;

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities)
    {
        _packed.Multiply(_rows.Row(i), similarities);
        if (_threshold is not { } threshold) return;
        foreach (ref float s in similarities)
            if (s < threshold) s = 0;
    }

    /// <inheritdoc/>
    public override double[] RowSums(CancellationToken cancel = default) => _threshold is null ? LinearSums() : ThresholdedSums(cancel);

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
            for (int k = 0; k < z.Length; k++) sums[i] += z[k] * total[k];
        }
        return sums;
    }

    double[] ThresholdedSums(CancellationToken cancel)
    {
        int tile = PackedRows.RowsAtOnce, width = RowCapacity, d = _rows.Dimension;
        var products = new float[tile * width];
        var sums = new double[Count];
        for (int i = 0; i < Count; i += tile)
        {
            cancel.ThrowIfCancellationRequested();
            int rows = Math.Min(tile, Count - i);
            _packed.MultiplyRows(_rows.Values.Slice(i * d, rows * d), rows, products);
            for (int r = 0; r < rows; r++) sums[i + r] = SumFromThreshold(products.AsSpan(r * width, Count), _threshold!.Value);
        }
        return sums;
    }

    // Four float64 lanes, added in a fixed order at the end: the same bits on every machine with fused or plain additions.
    internal static double SumFromThreshold(ReadOnlySpan<float> similarities, float threshold)
    {
        var lanes = Vector256<double>.Zero;
        var least = Vector128.Create(threshold);
        int j = 0;
        for (; j + 4 <= similarities.Length; j += 4)
        {
            var s = Vector128.Create(similarities.Slice(j, 4));
            var (low, high) = Vector128.Widen(s & Vector128.GreaterThanOrEqual(s, least));
            lanes += Vector256.Create(low, high);
        }
        double sum = lanes[0] + lanes[1] + lanes[2] + lanes[3];
        for (; j < similarities.Length; j++)
            if (similarities[j] >= threshold) sum += similarities[j];
        return sum;
    }
}
