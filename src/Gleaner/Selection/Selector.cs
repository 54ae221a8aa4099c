namespace Gleaner;

/// <summary>A way to rank a pool by its embedding, so that any budget is a prefix of one order.</summary>
public abstract class Selector
{
    /// <summary>Ranks every image once. <paramref name="progress"/> counts ranked images.</summary>
    /// <param name="embedding">n x d rows, one per image.</param>
    /// <param name="classes">The latent classes of the same n images; <see cref="LatentPartition.Whole"/> ranks the pool as one class.</param>
    /// <param name="keep">Images that are chosen already: they come first, in this order, count for the budget, and the others are ranked in their knowledge. Null means none.</param>
    /// <param name="progress">Told how many images are ranked.</param>
    /// <param name="cancel">Stops the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The partition covers another number of images than the embedding has, or <paramref name="keep"/> is no list of different images of it.</exception>
    public Ranking Rank(EmbeddingMatrix embedding, LatentPartition classes, IReadOnlyList<int>? keep = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != embedding.Count)
            throw new ArgumentException($"The latent classes cover {classes.Count} images; the embedding has {embedding.Count}.", nameof(classes));
        int[] first = Ranking.CheckKeep(keep, embedding.Count);
        return RankPool(embedding, classes, first, progress, cancel);
    }

    /// <summary>What <see cref="Rank"/> will cost for these classes of rows of <paramref name="dimension"/> numbers.</summary>
    public abstract RankingPlan Plan(LatentPartition classes, int dimension);

    /// <summary>As <see cref="Rank"/>, with checked arguments.</summary>
    protected abstract Ranking RankPool(EmbeddingMatrix embedding, LatentPartition classes, int[] keep, IProgress<int>? progress, CancellationToken cancel);
}
