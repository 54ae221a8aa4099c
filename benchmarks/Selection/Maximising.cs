namespace Gleaner.Benchmarks.Selection;

/// <summary>Facility location and graph cut on one class: the fifth of the images that the greedy algorithm takes.</summary>
static class Maximising
{
    /// <summary>The whole and a part of it to warm up with, made anew in every trial, so that what their constructors cost is timed.</summary>
    public sealed record Problem(Func<SimilarityRows> Whole, Func<SimilarityRows> Part);

    public static Problem Kernel(string path)
    {
        using var file = NpyFile.Read(path);
        var (kernel, n, _) = file.ReadMatrix();
        int m = Math.Min(400, n);
        var part = new float[m * m];
        for (int i = 0; i < m; i++) kernel.AsSpan(i * n, m).CopyTo(part.AsSpan(i * m));
        return new Problem(() => new GivenSimilarity(kernel, n), () => new GivenSimilarity(part, m));
    }

    public static Problem Rows(string path)
    {
        var rows = EmbeddingMatrix.Load(path);
        var few = Selection.Rows.First(rows, 400);
        return new Problem(() => new CosineSimilarity(rows, threshold: 0), () => new CosineSimilarity(few, threshold: 0));
    }

    public static Measured FacilityLocation(Func<Problem> read) =>
        Measure(read(), similarity => new LazyGreedy().Rank(new FacilityLocation(similarity), count: similarity.Count / 5), CoverValue);

    public static Measured GraphCut(Func<Problem> read) =>
        Measure(read(), similarity => new Greedy().Rank(new GraphCut(similarity, similarity.RowSums()), count: similarity.Count / 5), CutValue);

    static Measured Measure(Problem problem, Func<SimilarityRows, IReadOnlyList<Pick>> rank, Func<SimilarityRows, IReadOnlyList<Pick>, double> value)
    {
        var whole = problem.Whole();
        return Measured.Repeatedly(() => rank(problem.Part()), () => rank(problem.Whole()), picks => (double?)value(whole, picks));
    }

    // F(S) = sum_i max_{j in S} s_ij, from the similarities and not from the gains.
    static double CoverValue(SimilarityRows similarity, IReadOnlyList<Pick> picks)
    {
        var (row, nearest) = (new float[similarity.RowCapacity], new float[similarity.Count]);
        foreach (var pick in picks)
        {
            similarity.Row(pick.Index, row);
            for (int i = 0; i < nearest.Length; i++) nearest[i] = Math.Max(nearest[i], row[i]);
        }
        return nearest.Sum(s => (double)s);
    }

    // F(S) = sum_{i not in S} sum_{j in S} s_ij.
    static double CutValue(SimilarityRows similarity, IReadOnlyList<Pick> picks)
    {
        var row = new float[similarity.RowCapacity];
        var taken = picks.Select(pick => pick.Index).ToHashSet();
        double value = 0;
        foreach (int j in taken)
        {
            similarity.Row(j, row);
            for (int i = 0; i < similarity.Count; i++)
                if (!taken.Contains(i)) value += row[i];
        }
        return value;
    }
}
