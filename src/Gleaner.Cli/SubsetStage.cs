using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>Cuts the ranking at the budget and writes the subset in every form that somebody reads.</summary>
sealed class SubsetStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string SimilarityToKept = "similarity_to_kept";

    static readonly string[] Files = ["subset.npy", "subset.txt", "subset.pkl", "scores.csv", "scores.parquet"];

    public SubsetResult Write(PoolInput pool, Candidates candidates, Ranking ranking, string rankingHash, EmbeddingMatrix? embedding, string embeddingHash, string? classesHash, Deduplication? duplicates)
    {
        int n = pool.Members.Length;
        if (ranking.PoolSize != n) throw new InvalidDataException($"The ranking covers {ranking.PoolSize} images; the pool has {n}. Delete {stages.Run.Path} and run again.");
        var subset = ranking.Take(settings.Budget);
        // All that stands in scores.csv and on the contact sheet, and not only what the subset follows from.
        var inputs = new Dictionary<string, string>(candidates.Hashes)
        {
            ["ranking"] = rankingHash,
            ["count"] = Invariant.Text(subset.Count),
            ["pool"] = pool.Fingerprint,
            ["content"] = pool.ContentHash,
            ["embedding"] = embedding is null ? "none" : embeddingHash,
            ["classes"] = ranking.Classes is null ? "none" : classesHash!,
            ["facts"] = SimilarityToKept, // older versions did not leave it
        };
        string[] outputs = pool.Images is null ? Files : [.. Files, "contact-sheet.png"];
        stages.Make("subset", $"keeping {Terminal.Number(subset.Count)} of {Terminal.Number(n)} images", inputs, outputs, work =>
        {
            int[] originals = Originals(pool, duplicates);
            var nearest = embedding is not null && ranking.Classes is { } partition ? NearestKept.Of(subset, embedding, partition, settings.Threads, cancel) : null;
            var rows = Scores(pool, candidates, ranking, subset, nearest, originals);
            int[] indices = [.. subset.Indices.Select(m => pool.Members[m])];
            Write("subset.npy", stream => NpyFile.Write(stream, Array.ConvertAll(indices, i => (long)i)));
            Write("subset.txt", stream => WriteKeys(stream, indices.Select(pool.Key)));
            Write("subset.pkl", stream => PickleFile.WriteIntList(stream, indices));
            Together(() => Write("scores.csv", stream => ScoresFile.WriteCsv(stream, rows)), () => Write("scores.parquet", stream => ScoresFile.WriteParquet(stream, rows)));
            if (pool.Images is { } images) Write("contact-sheet.png", stream => ContactSheet.Write(stream, images, ranking, subset));
            work.Facts["duplicates_kept"] = Invariant.Text(subset.Indices.Count(m => originals[m] >= 0));
            if (nearest?.MeanSimilarity(ranking.Order.Skip(subset.Count)) is { } mean) work.Facts[SimilarityToKept] = mean.ToString("R", CultureInfo.InvariantCulture);
        });
        var facts = stages.Records[^1].Facts;
        double? similarity = facts.TryGetValue(SimilarityToKept, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        return new SubsetResult(subset, int.Parse(facts["duplicates_kept"], CultureInfo.InvariantCulture), similarity, duplicates, outputs);
    }

    void Together(Action one, Action other)
    {
        if (settings.Threads > 1) Task.WhenAll(Task.Run(one), Task.Run(other)).GetAwaiter().GetResult();
        else
        {
            one();
            other();
        }
    }

    void Write(string name, Action<Stream> write) => AtomicFile.Write(stages.Run[name], write);

    // Made anew whenever they are gone through: a million of them would take more memory than all that they are made from.
    IEnumerable<ScoreRow> Scores(PoolInput pool, Candidates candidates, Ranking ranking, Subset subset, NearestKept? nearest, int[] originals)
    {
        int n = pool.Members.Length;
        var rank = new int?[n];
        for (int r = 0; r < ranking.Order.Count; r++) rank[ranking.Order[r]] = r;
        bool[] kept = subset.Mask();
        return Enumerable.Range(0, n).Select(m =>
        {
            int? standIn = nearest is not null && nearest.Index[m] >= 0 ? nearest.Index[m] : null;
            return new ScoreRow(
                Index: pool.Members[m],
                Key: pool.Key(pool.Members[m]),
                Class: ranking.Classes is { } classes ? classes.Labels[classes.ClassOf(m)] : null,
                Rank: rank[m],
                Gain: Score(ranking.Gains, m),
                SimilaritySum: Score(ranking.SimilaritySums, m),
                MeanSimilarity: Score(ranking.MeanSimilarities, m),
                Kept: kept[m],
                NearestKept: standIn is { } s ? pool.Members[s] : null,
                NearestKeptSimilarity: standIn is null ? null : nearest!.Similarity[m],
                DuplicateOf: originals[m] >= 0 ? pool.Members[originals[m]] : null,
                LeftOut: candidates.LeftOut[m]);
        });
    }

    // What each image duplicates: the one it was left out for, or else the first with the same bytes; -1 for none.
    static int[] Originals(PoolInput pool, Deduplication? duplicates)
    {
        var originals = new int[pool.Members.Length];
        var first = new Dictionary<UInt128, int>(originals.Length);
        var removed = duplicates?.Removed.ToDictionary(d => d.Image, d => d.DuplicateOf) ?? [];
        for (int m = 0; m < originals.Length; m++)
            originals[m] = removed.TryGetValue(m, out int of) ? of : first.TryAdd(pool.MemberHash(m), m) ? -1 : first[pool.MemberHash(m)];
        return originals;
    }

    // NaN for images that were left out of the ranking.
    static double? Score(IReadOnlyList<double>? scores, int m) => scores is null || double.IsNaN(scores[m]) ? null : scores[m];

    // One key a line; a key that holds a line break is written as a JSON string, so that lines and images stay one to one.
    static void WriteKeys(Stream stream, IEnumerable<string> keys)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (string key in keys)
            writer.WriteLine(key.AsSpan().ContainsAny('\n', '\r') ? '"' + System.Text.Json.JsonEncodedText.Encode(key).ToString() + '"' : key);
    }
}

/// <summary>The subset, how many of it are exact duplicates of an earlier image, how similar dropped images are to the nearest of it, what was left out as a duplicate, and the files that hold it.</summary>
sealed record SubsetResult(Subset Subset, int DuplicatesKept, double? SimilarityToKept, Deduplication? Duplicates, IReadOnlyList<string> Files);
