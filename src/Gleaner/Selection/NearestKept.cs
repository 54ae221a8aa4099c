namespace Gleaner;

/// <summary>For each dropped image, the kept image of its latent class that is most similar: what stands in for it.</summary>
public sealed record NearestKept(int[] Index, float[] Similarity)
{
    /// <summary>The mean similarity over those of the images that have a nearest kept one; null if none has. Over all that were ranked and dropped it is what facility location makes large.</summary>
    public double? MeanSimilarity(IEnumerable<int> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        double[] similarities = [.. images.Where(i => Index[i] >= 0).Select(i => (double)Similarity[i])];
        return similarities.Length == 0 ? null : similarities.Average();
    }

    /// <summary>Index -1 for kept images and for classes of which nothing was kept. O(sum_k dropped_k kept_k d); ties go to the lowest index.</summary>
    public static NearestKept Of(Subset subset, EmbeddingMatrix embedding, LatentPartition classes, int threads, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(subset);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(classes);
        bool[] isKept = subset.Mask();
        var index = new int[embedding.Count];
        var similarity = new float[embedding.Count];
        Array.Fill(index, -1);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        var one = new ParallelOptions { MaxDegreeOfParallelism = 1, CancellationToken = cancel };
        var large = Enumerable.Range(0, classes.Classes).ToLookup(k => classes.Size(k) >= RankingPlan.LargeClass);
        foreach (int k in large[true]) FindIn(k, parallel);
        Parallel.ForEach(large[false], parallel, k => FindIn(k, one));
        return new NearestKept(index, similarity);

        void FindIn(int k, ParallelOptions how)
        {
            const int Chunk = 1024; // rows: what is cancelled is left soon
            int[] members = classes.Members(k).ToArray(), kept = Array.FindAll(members, i => isKept[i]);
            if (kept.Length == 0) return;
            int[] dropped = Array.FindAll(members, i => !isKept[i]), nearest = new int[dropped.Length];
            var scores = new float[dropped.Length];
            var candidates = new NearestRows(PackedRows.Pack(embedding.Select(kept).Values, kept.Length, embedding.Dimension));
            Parallel.For(0, (dropped.Length + Chunk - 1) / Chunk, how, chunk =>
            {
                int first = chunk * Chunk, rows = Math.Min(Chunk, dropped.Length - first);
                candidates.Find(embedding.Select(dropped.AsSpan(first, rows)).Values, nearest.AsSpan(first, rows), scores.AsSpan(first, rows));
            });
            for (int j = 0; j < dropped.Length; j++) (index[dropped[j]], similarity[dropped[j]]) = (kept[nearest[j]], scores[j]);
        }
    }
}
