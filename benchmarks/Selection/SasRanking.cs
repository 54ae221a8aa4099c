namespace Gleaner.Benchmarks.Selection;

/// <summary>SAS as a whole: similarities, objective and ranking of every latent class.</summary>
static class SasRanking
{
    public static Measured Whole(string embedding, string labels, int threads, string objective)
    {
        var rows = EmbeddingMatrix.Load(embedding);
        var classes = LatentPartition.FromLabels(Array.ConvertAll(ReadIntegers(labels), label => (int)label));
        var selector = new SasSelector(new SasOptions { Objective = Enum.Parse<SasObjective>(objective, ignoreCase: true), Threads = threads });
        int[] few = [.. Enumerable.Range(0, Math.Min(500, rows.Count))];
        var (fewRows, fewClasses) = (rows.Select(few), classes.Select(few));
        return Measured.Repeatedly(
            () => selector.Rank(fewRows, fewClasses),
            () => selector.Rank(rows, classes),
            ranking => FifthOfFirstClass(ranking, classes));
    }

    // The similarity sums of the first fifth of the first class: what the peer's script adds up, too.
    static double? FifthOfFirstClass(Ranking ranking, LatentPartition classes) =>
        ranking.Order.Where(i => classes.ClassOf(i) == 0).Take(classes.Size(0) / 5).Sum(i => ranking.SimilaritySums![i]);

    static long[] ReadIntegers(string path)
    {
        using var array = NpyFile.Read(path);
        return array.ReadIntegers();
    }
}
