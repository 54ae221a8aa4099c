namespace Gleaner;

/// <summary>
/// Hierarchical k-means and balanced sampling: clusters the images, then the centroids, level by level, and takes equally many images
/// from the clusters of every level, so that rare concepts weigh as much as common ones. O(n K_1 d) a k-means step of the finest level, O(n d) memory.
/// </summary>
/// <remarks>
/// Vo et al. 2024 (arXiv:2405.15613) and the authors' released code. The latent classes are not used, only handed on. Every prefix of the
/// ranking is a balanced sample from the top down (<see cref="ClusterTree"/>). Deviations: k-means is spherical at every level, so that centroids
/// are unit rows as the images are; the left-over images of a budget go to siblings in one seeded order instead of new random
/// ones, which makes budgets nest; no image is taken twice. Images to keep count for the clusters that they lie in.
/// </remarks>
public sealed class HierarchicalKMeansSelector : Selector
{
    readonly HierarchicalKMeansOptions _options;

    /// <summary>A selector with <see cref="HierarchicalKMeansOptions.SensibleLevels"/> unless <paramref name="options"/> say otherwise.</summary>
    public HierarchicalKMeansSelector(HierarchicalKMeansOptions? options = null)
    {
        _options = options ?? new HierarchicalKMeansOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Resamplings, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.FirstResamplings, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Threads, nameof(options));
    }

    /// <inheritdoc/>
    public override RankingPlan Plan(LatentPartition classes, int dimension)
    {
        const double Steps = 20; // a guess: 50 is the most, and k-means++ begins with one
        double points = classes.Count, work = 0;
        for (int level = 0; level < LevelsOf(classes.Count).Count; level++)
        {
            int clusters = LevelsOf(classes.Count)[level], resamplings = level == 0 ? _options.FirstResamplings : _options.Resamplings;
            work += points * clusters * dimension * (Steps + resamplings * (Steps / 2 + 1)); // a resampling takes half of the points
            points = clusters;
        }
        long finest = LevelsOf(classes.Count)[0];
        return new RankingPlan(work, work, 0, (classes.Count / 2L + 2 * finest) * sizeof(float) * dimension + classes.Count * 64L);
    }

    /// <inheritdoc/>
    protected override Ranking RankPool(EmbeddingMatrix embedding, LatentPartition classes, int[] keep, IProgress<int>? progress, CancellationToken cancel)
    {
        var kept = keep.ToHashSet();
        var root = Grow(embedding.ToUnit(), kept, cancel);
        var order = new List<int>(keep);
        while (root.Left > 0)
        {
            order.Add(root.Next());
            progress?.Report(order.Count);
        }
        return new Ranking { Order = order, Classes = classes };
    }

    ClusterTree Grow(EmbeddingMatrix points, HashSet<int> kept, CancellationToken cancel)
    {
        var kMeans = new HierarchicalKMeans(_options, cancel);
        var random = new SplitMix64((ulong)(uint)_options.Seed);
        ClusterTree[]? nodes = null;
        var levels = LevelsOf(points.Count);
        for (int level = 0; level < levels.Count; level++)
        {
            var (clusters, centroids) = kMeans.Cluster(points, Math.Min(levels[level], points.Count), level);
            var parents = new ClusterTree[clusters.Classes];
            for (int k = 0; k < parents.Length; k++)
            {
                int[] members = clusters.Members(k).ToArray();
                if (nodes is null && _options.ClosestFirst) members = [.. HierarchicalKMeans.Closest(points, members, centroids.Row(k))];
                else random.Shuffle(members);
                parents[k] = nodes is null ? new ClusterTree(members, kept) : new ClusterTree(Array.ConvertAll(members, m => nodes[m]));
            }
            (nodes, points) = (parents, centroids);
        }
        int[] top = [.. Enumerable.Range(0, nodes!.Length)];
        random.Shuffle(top);
        return new ClusterTree(Array.ConvertAll(top, k => nodes[k]));
    }

    IReadOnlyList<int> LevelsOf(int images)
    {
        if (_options.Levels is not { } levels) return HierarchicalKMeansOptions.SensibleLevels(images);
        if (levels.Count == 0 || levels[0] > images || levels[^1] < 1 || levels.Zip(levels.Skip(1)).Any(pair => pair.Second > pair.First))
            throw new ArgumentException($"Levels of {string.Join(", ", levels)} clusters; expected numbers from at most {images}, the number of images, down to at least 1.");
        return levels;
    }
}
