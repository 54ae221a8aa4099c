using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>Finds the images of a pool that repeat others, so that a budget is not spent on the same image twice.</summary>
public static class NearDuplicates
{
    /// <summary>
    /// Counts as no difference: the float32 product of two unit rows is exact to about this, so rows of one image that were computed in different batches
    /// are that near to 1. Rows of the same bits have a similarity of exactly 1, because products are divided by the rows' own lengths.
    /// </summary>
    internal const double Rounding = 1e-6;

    /// <summary>Removes images of equal content; of each group the first of <paramref name="keep"/> stays, else the lowest index. O(n).</summary>
    /// <param name="images">n, how many images there are.</param>
    /// <param name="hashOf">A hash of the content of image i, wide enough to stand for it.</param>
    /// <param name="keep">Images that stay in any case.</param>
    public static Deduplication Exact(int images, Func<int, UInt128> hashOf, IReadOnlyList<int>? keep = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(images);
        ArgumentNullException.ThrowIfNull(hashOf);
        int[] stays = Ranking.CheckKeep(keep, images);
        var first = new Dictionary<UInt128, int>(images);
        var duplicateOf = new int[images];
        foreach (int i in stays.Concat(Enumerable.Range(0, images).Except(stays)))
        {
            var hash = hashOf(i);
            duplicateOf[i] = first.TryAdd(hash, i) ? -1 : first[hash];
        }
        foreach (int i in stays) duplicateOf[i] = -1;
        return Deduplication.Of(duplicateOf, _ => 1);
    }

    /// <summary>As <see cref="Exact(int, Func{int, UInt128}, IReadOnlyList{int}?)"/>: images are equal if their rows are, bit for bit.</summary>
    public static Deduplication Exact(EmbeddingMatrix embedding, IReadOnlyList<int>? keep = null)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        return Exact(embedding.Count, i => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(embedding.Row(i))), keep);
    }

    /// <summary>
    /// Removes near-duplicates within each latent class: images are taken in the order of <see cref="NearDuplicateOptions.Rule"/>, and one is removed if an
    /// image that already stays is at least 1 - epsilon similar. So no two images that stay are so similar (but those to keep), and every removed one
    /// names the most similar image that stays, the lowest index among equals.
    /// O(sum_k n_k r_k d) time for r_k images that stay, O(n d) memory. Copies in different classes are not compared.
    /// </summary>
    /// <remarks>
    /// SemDeDup (Abbas et al. 2023, arXiv:2303.09540), in the same order. Deviation: the authors' code takes the maximum of a column of the upper triangle,
    /// so that an image goes also for an image that has itself gone; in a chain a ~ b ~ c only a stays, although c repeats nothing that is left. Here c stays
    /// too. What is removed here is removed there, never the reverse. Their comparison is strict; at the threshold itself we remove.
    /// </remarks>
    /// <param name="embedding">n x d rows; of means of views the directions count.</param>
    /// <param name="classes">The latent classes of the same n images.</param>
    /// <param name="options">What counts as near; null for the defaults.</param>
    /// <param name="keep">Images that stay in any case, and come first in their class's order.</param>
    /// <param name="progress">Told how many images have been looked at.</param>
    /// <param name="cancel">Stops the work.</param>
    public static Deduplication Semantic(EmbeddingMatrix embedding, LatentPartition classes, NearDuplicateOptions? options = null, IReadOnlyList<int>? keep = null,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(classes);
        options ??= new NearDuplicateOptions();
        if (!(options.Epsilon is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(options), options.Epsilon, "Epsilon must be at least 0 and below 1.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        if (classes.Count != embedding.Count)
            throw new ArgumentException($"The latent classes cover {classes.Count} images; the embedding has {embedding.Count}.", nameof(classes));
        var keepOf = Ranking.CheckKeep(keep, embedding.Count).ToLookup(classes.ClassOf);
        var unit = embedding.ToUnit();
        var duplicateOf = new int[unit.Count];
        var similarity = new float[unit.Count];
        int done = 0;
        int[] largestFirst = [.. Enumerable.Range(0, classes.Classes).OrderByDescending(classes.Size)];
        Parallel.ForEach(largestFirst, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel }, k =>
        {
            int[] first = [.. keepOf[k]];
            int[] order = [.. first, .. Order(unit, classes.Members(k).ToArray(), options.Rule).Except(first)];
            var packing = new GreedyPacking(unit.Select(order), 1 - options.Epsilon - Rounding, first.Length);
            packing.Run(count => progress?.Report(Interlocked.Add(ref done, count)), cancel);
            foreach (int i in order) duplicateOf[i] = -1;
            foreach (var (row, of, how) in packing.Removed(order, cancel)) (duplicateOf[order[row]], similarity[order[row]]) = (order[of], how);
        });
        return Deduplication.Of(duplicateOf, i => similarity[i]);
    }

    static int[] Order(EmbeddingMatrix unit, int[] members, DuplicateRule rule)
    {
        if (rule == DuplicateRule.LowestIndex) return members;
        var total = new double[unit.Dimension]; // the centroid, up to its length
        foreach (int i in members)
        {
            var z = unit.Row(i);
            for (int k = 0; k < z.Length; k++) total[k] += z[k];
        }
        var key = new double[members.Length];
        int sign = rule == DuplicateRule.FarthestFromCentroid ? 1 : -1;
        for (int j = 0; j < key.Length; j++)
        {
            var z = unit.Row(members[j]);
            for (int k = 0; k < z.Length; k++) key[j] += sign * z[k] * total[k];
        }
        return [.. Enumerable.Range(0, members.Length).OrderBy(j => key[j]).Select(j => members[j])]; // a stable sort
    }
}
