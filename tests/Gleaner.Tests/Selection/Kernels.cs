namespace Gleaner.Tests.Selection;

/// Similarities made up for tests, and what every set is worth on them.
static class Kernels
{
    /// Integers from 0 to `levels` - 1, symmetric, with the largest on the diagonal: full of ties, and every sum is exact.
    public static GivenSimilarity Integers(int count, int levels, ulong seed)
    {
        var random = new SplitMix64(seed);
        var kernel = new float[count * count];
        for (int i = 0; i < count; i++)
            for (int j = 0; j <= i; j++) kernel[i * count + j] = kernel[j * count + i] = i == j ? levels : random.NextIndex(levels);
        return new GivenSimilarity(kernel, count);
    }

    /// Cosines of random rows as a given kernel; below 0 where `threshold` is null.
    public static GivenSimilarity Cosines(EmbeddingMatrix embedding, double? threshold)
    {
        var similarity = new CosineSimilarity(embedding, threshold);
        var kernel = new float[embedding.Count * embedding.Count];
        for (int i = 0; i < embedding.Count; i++) Row(similarity, i).CopyTo(kernel.AsSpan(i * embedding.Count));
        return new GivenSimilarity(kernel, embedding.Count);
    }

    /// Row i, exactly n long.
    public static float[] Row(SimilarityRows similarity, int i)
    {
        var row = new float[similarity.RowCapacity];
        similarity.Row(i, row);
        return row[..similarity.Count];
    }

    /// Random, clustered, tied and duplicate-rich kernels of up to 90 images.
    public static SimilarityRows Any(int kind, int count, ulong seed) => kind switch
    {
        0 => Integers(count, 4, seed),
        1 => Integers(count, 100, seed),
        2 => new CosineSimilarity(RandomRows.Uniform(count, 6, seed), threshold: 0),
        3 => new CosineSimilarity(RandomRows.Clustered(count, 20, 7, 0.5, seed), threshold: null),
        4 => new CosineSimilarity(RandomRows.Uniform((count + 2) / 3, 5, seed).Select([.. Enumerable.Range(0, count).Select(i => i / 3)]), threshold: 0),
        _ => NeighbourSimilarity.Of(new CosineSimilarity(RandomRows.Clustered(count, 20, 3, 1, seed), threshold: 0), 5),
    };

    public const int Kinds = 6;

    /// The largest value of any set of `size` images (of any size if null).
    public static double Best(int count, int? size, Func<List<int>, double> value)
    {
        double best = 0;
        for (uint mask = 0; mask < 1u << count; mask++)
            if (size is null || System.Numerics.BitOperations.PopCount(mask) == size)
                best = Math.Max(best, value([.. Enumerable.Range(0, count).Where(i => (mask >> i & 1) == 1)]));
        return best;
    }

    public static double Coverage(SimilarityRows similarity, IReadOnlyList<int> chosen)
    {
        var best = new float[similarity.Count];
        foreach (int j in chosen)
        {
            float[] row = Row(similarity, j);
            for (int i = 0; i < best.Length; i++) best[i] = Math.Max(best[i], row[i]);
        }
        return best.Sum(m => (double)m);
    }

    public static double Cut(SimilarityRows similarity, IReadOnlyList<int> chosen)
    {
        double value = 0;
        foreach (int j in chosen)
        {
            float[] row = Row(similarity, j);
            for (int i = 0; i < row.Length; i++)
                if (!chosen.Contains(i)) value += row[i];
        }
        return value;
    }
}
