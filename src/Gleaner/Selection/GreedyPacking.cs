using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// Goes through unit rows in their order and retains each that is less similar than a threshold to all that were retained before. Works in blocks of rows;
/// the retained ones of each block are packed once, so that no n x n matrix exists and what is removed costs no more products.
/// </summary>
sealed class GreedyPacking(EmbeddingMatrix rows, double threshold, int retainedInAnyCase)
{
    /// <summary>A multiple of the panel's 16 rows and of the 8 rows that are multiplied at once.</summary>
    const int Block = 240;

    /// <summary>Below the threshold by so much a product needs no closer look: lengths of unit rows are nearer to 1 than that.</summary>
    const double Slack = 1e-3;

    readonly List<(PackedRows Rows, int[] Number)> _retained = [];
    readonly double[] _length = new double[rows.Count];
    readonly bool[] _isRetained = new bool[rows.Count];
    readonly int _d = rows.Dimension;

    public void Run(Action<int> looked, CancellationToken cancel)
    {
        for (int start = 0; start < rows.Count; start += Block)
        {
            int count = Math.Min(Block, rows.Count - start);
            Decide(start, count, cancel);
            int[] stay = [.. Enumerable.Range(start, count).Where(i => _isRetained[i])];
            if (stay.Length > 0) _retained.Add((PackedRows.Pack(rows.Select(stay).Values, stay.Length, _d), stay));
            looked(count);
        }
    }

    /// <summary>The rows that were not retained, each with the most similar retained one; of equal ones that with the lowest <paramref name="index"/>.</summary>
    public IEnumerable<(int Row, int Of, float Similarity)> Removed(int[] index, CancellationToken cancel)
    {
        int[] removed = [.. Enumerable.Range(0, rows.Count).Where(i => !_isRetained[i])];
        var best = new (int Of, double Cosine)[removed.Length];
        Array.Fill(best, (-1, double.NegativeInfinity));
        float[] values = rows.Select(removed).Values.ToArray(), products = [];
        foreach (var (packed, number) in _retained)
            for (int start = 0; start < removed.Length; start += PackedRows.TileRows)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(PackedRows.TileRows, removed.Length - start), width = Multiply(packed, values.AsSpan(start * _d, count * _d), count, ref products);
                for (int r = 0; r < count; r++)
                    for (int j = 0; j < number.Length; j++)
                    {
                        double lengths = _length[removed[start + r]] * _length[number[j]], cosine = lengths > 0 ? products[r * width + j] / lengths : 0; // a row of zeros is like none
                        var (of, most) = best[start + r];
                        if (of < 0 || cosine > most || cosine == most && index[number[j]] < index[of]) best[start + r] = (number[j], cosine);
                    }
            }
        return removed.Zip(best, (row, found) => (row, found.Of, (float)Math.Min(1, found.Cosine)));
    }

    void Decide(int start, int count, CancellationToken cancel)
    {
        var values = rows.Values.Slice(start * _d, count * _d);
        var block = PackedRows.Pack(values, count, _d);
        float[] products = [];
        for (int tile = 0; tile < count; tile += PackedRows.TileRows)
        {
            cancel.ThrowIfCancellationRequested();
            int tileRows = Math.Min(PackedRows.TileRows, count - tile);
            var tileValues = values.Slice(tile * _d, tileRows * _d);
            var repeats = new bool[tileRows];
            int width = Multiply(block, tileValues, tileRows, ref products);
            for (int r = 0; r < tileRows; r++) _length[start + tile + r] = Math.Sqrt(products[r * width + tile + r]);
            foreach (var (packed, number) in _retained)
            {
                width = Multiply(packed, tileValues, tileRows, ref products);
                for (int r = 0; r < tileRows; r++) repeats[r] = repeats[r] || Repeats(start + tile + r, products.AsSpan(r * width, number.Length), number);
            }

            width = Multiply(block, tileValues, tileRows, ref products);
            for (int r = 0; r < tileRows; r++)
            {
                int i = start + tile + r;
                for (int j = 0; !repeats[r] && j < tile + r; j++) repeats[r] = _isRetained[start + j] && IsNear(products[r * width + j], i, start + j);
                _isRetained[i] = !repeats[r] || i < retainedInAnyCase;
            }
        }
    }

    bool Repeats(int i, ReadOnlySpan<float> products, int[] number)
    {
        if (TensorPrimitives.Max(products) < threshold - Slack) return false;
        for (int j = 0; j < number.Length; j++)
            if (IsNear(products[j], i, number[j])) return true;
        return false;
    }

    bool IsNear(float product, int i, int j) => product / (_length[i] * _length[j]) >= threshold;

    static int Multiply(PackedRows packed, ReadOnlySpan<float> values, int count, ref float[] products)
    {
        int width = packed.Capacity;
        if (products.Length < count * width) products = new float[count * width];
        packed.MultiplyRows(values, count, products);
        return width;
    }
}
