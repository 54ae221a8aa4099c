namespace Gleaner.Benchmarks.Selection;

/// <summary>Row sums of thresholded similarities, without an n x n matrix.</summary>
static class Rows
{
    const double Threshold = 0;

    public static Measured Sums(string embedding, int threads)
    {
        var rows = EmbeddingMatrix.Load(embedding);
        var few = First(rows, 500);
        // Packing the rows is part of the work: it belongs to the similarity's constructor.
        return Measured.Repeatedly(
            () => new CosineSimilarity(few, Threshold).RowSums(threads),
            () => new CosineSimilarity(rows, Threshold).RowSums(threads),
            sums => sums.Sum());
    }

    public static EmbeddingMatrix First(EmbeddingMatrix rows, int count) =>
        rows.Select([.. Enumerable.Range(0, Math.Min(count, rows.Count))]);
}
