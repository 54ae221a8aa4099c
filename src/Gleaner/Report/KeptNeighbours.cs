using System.Runtime.CompilerServices;

namespace Gleaner;

/// <summary>The kept images that are most similar to any image, of its latent class; of the whole pool where no classes were used.</summary>
sealed class KeptNeighbours
{
    readonly ScoreTable _scores;
    readonly EmbeddingMatrix? _embedding;
    readonly Dictionary<int, int[]> _keptOfClass;

    KeptNeighbours(ScoreTable scores, EmbeddingMatrix? embedding, string? whyNone)
    {
        (_scores, _embedding, WhyNone) = (scores, embedding, whyNone);
        _keptOfClass = Enumerable.Range(0, scores.Count).Where(m => scores.Kept[m]).GroupBy(m => scores.Class[m]).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Why there is no embedding to look in; null if there is one.</summary>
    public string? WhyNone { get; }

    /// <summary>Reads the embedding of the run; of a pool that is embeddings, the pool itself, if it is still what it was.</summary>
    public static KeptNeighbours Open(SelectRun run)
    {
        var (embedding, why) = run.Embedding() is { } made ? (made, null) : run.Manifest.Pool.Kind == "embeddings" ? OfPool(run.Manifest.Pool) : (null, "This way of choosing made no embedding.");
        return new KeptNeighbours(run.Scores, embedding, why);
    }

    /// <summary>At most <paramref name="most"/> other kept images, the most similar first, the lowest row among equals. O(kept of the class x d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Neighbour[] Of(int m, int most)
    {
        if (_embedding is null || !_keptOfClass.TryGetValue(_scores.Class[m], out int[]? kept)) return [];
        var row = _embedding.Row(_scores.Index[m]);
        var nearest = new List<Neighbour>(most + 1);
        foreach (int other in kept)
        {
            if (other == m) continue;
            float similarity = (float)RowArithmetic.Product(row, _embedding.Row(_scores.Index[other]));
            if (nearest.Count == most && similarity <= nearest[^1].Similarity) continue;
            int place = nearest.FindIndex(found => found.Similarity < similarity);
            nearest.Insert(place < 0 ? nearest.Count : place, new Neighbour(other, similarity));
            if (nearest.Count > most) nearest.RemoveAt(most);
        }
        return [.. nearest];
    }

    static (EmbeddingMatrix? Embedding, string? Why) OfPool(RunManifest.PoolSummary pool)
    {
        if (!File.Exists(pool.Path)) return (null, $"The pool, {pool.Path}, is not there any more.");
        try
        {
            if (ContentHash.OfFile(pool.Path) != pool.Fingerprint) return (null, $"The pool, {pool.Path}, was changed since.");
            var raw = EmbeddingFile.Read(pool.Path);
            return raw.Count == pool.Count ? (EmbeddingMatrix.Normalize(raw.Values, raw.Count, raw.Dimension, out _), null) : (null, $"{pool.Path} holds {raw.Count} rows; the pool had {pool.Count}.");
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (null, error.Message); // several arrays, say, and the manifest does not tell which was meant
        }
    }
}
