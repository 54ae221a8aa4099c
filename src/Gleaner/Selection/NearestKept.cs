namespace Gleaner;

/// <summary>For each dropped image, the kept image of its latent class that is most similar: what stands in for it.</summary>
public sealed record NearestKept(int[] Index, float[] Similarity)
{
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
        Parallel.For(0, classes.Classes, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, k =>
        {
            int[] members = classes.Members(k).ToArray(), kept = Array.FindAll(members, i => isKept[i]);
            if (kept.Length == 0) return;
            var packed = PackedRows.Pack(embedding.Select(kept).Values, kept.Length, embedding.Dimension);
            var products = new float[packed.Panels * PackedRows.PanelRows];
            foreach (int i in members)
            {
                if (isKept[i]) continue;
                packed.Multiply(embedding.Row(i), products);
                int best = 0;
                for (int j = 1; j < kept.Length; j++)
                    if (products[j] > products[best]) best = j;
                (index[i], similarity[i]) = (kept[best], products[best]);
            }
        });
        return new NearestKept(index, similarity);
    }
}
