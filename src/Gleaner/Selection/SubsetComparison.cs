namespace Gleaner;

/// <summary>What two subsets of one pool have in common, and how much of that chance alone would give. An image that a list repeats counts once.</summary>
public sealed record SubsetComparison
{
    /// <summary>So short a list is ascending by chance once in 120 times.</summary>
    const int LeastToLookSorted = 5;

    static readonly double[] Shares = [0.1, 0.25, 0.5, 1];

    /// <summary>The first list.</summary>
    public required List First { get; init; }

    /// <summary>The second list.</summary>
    public required List Second { get; init; }

    /// <summary>How many images are in both.</summary>
    public required int Overlap { get; init; }

    /// <summary>The share of the first list's images that are in the second; null if it is empty.</summary>
    public double? ShareOfFirst => Of(Overlap, First.Different);

    /// <summary>The share of the second list's images that are in the first; null if it is empty.</summary>
    public double? ShareOfSecond => Of(Overlap, Second.Different);

    /// <summary>Images in both divided by images in either; null if both lists are empty.</summary>
    public double? Jaccard => Of(Overlap, First.Different + Second.Different - Overlap);

    /// <summary>How many images could have been chosen; null if that is not known.</summary>
    public int? PoolSize { get; init; }

    /// <summary>The overlap of two random subsets of these sizes; null if the pool's size is not known.</summary>
    public Chance? ByChance { get; init; }

    /// <summary>The overlap of two random subsets that take as many images of each latent class as these; null if no classes are known.</summary>
    public Chance? ByChanceWithinClasses { get; init; }

    /// <summary>Whether the images in both are in the same order; null if a list is sorted by index, so that its order says nothing.</summary>
    public RankAgreement? Order { get; init; }

    /// <summary>What the beginnings of the lists have in common; only the whole if a list is sorted by index.</summary>
    public required IReadOnlyList<Prefix> Prefixes { get; init; }

    /// <summary>The latent classes in ascending order of label; null if none are known.</summary>
    public IReadOnlyList<Class>? Classes { get; init; }

    /// <summary>A list of images.</summary>
    /// <param name="Count">How many entries it has.</param>
    /// <param name="Different">How many different images.</param>
    /// <param name="IsSortedByIndex">Whether it ascends, as a list that never was a ranking; false for the shortest.</param>
    public sealed record List(int Count, int Different, bool IsSortedByIndex);

    /// <summary>An overlap as chance gives it (hypergeometric): its mean, its standard deviation, and how many of these the overlap found is above it (null if it could not differ).</summary>
    public sealed record Chance(double Mean, double StandardDeviation, double? DeviationsAbove);

    /// <summary>The first images of both lists, the same share of each.</summary>
    public sealed record Prefix(double Share, int First, int Second, int Both);

    /// <summary>One latent class: its images, those of them in each list and in both, and how many chance would put in both.</summary>
    public sealed record Class(int Label, int Images, int First, int Second, int Both, double BothByChance);

    /// <summary>Compares two lists of image indices, best first; O(n log n).</summary>
    /// <param name="first">One subset.</param>
    /// <param name="second">The other.</param>
    /// <param name="poolSize">How many images could have been chosen; null if it is not known.</param>
    /// <param name="classes">The latent classes of the pool; null if they are not known.</param>
    /// <exception cref="ArgumentException">An image is not one of the latent classes' pool, or the pool is smaller than what was chosen from it.</exception>
    public static SubsetComparison Of(IReadOnlyList<int> first, IReadOnlyList<int> second, int? poolSize = null, LatentPartition? classes = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        int[] a = [.. first.Distinct()], b = [.. second.Distinct()];
        var inB = b.ToHashSet();
        int overlap = a.Count(inB.Contains), either = a.Length + b.Length - overlap;
        if (poolSize < either) throw new ArgumentException($"A pool of {poolSize} images; the two lists name {either} different ones.", nameof(poolSize));
        List listA = Describe(first, a.Length), listB = Describe(second, b.Length);
        bool isRanked = !listA.IsSortedByIndex && !listB.IsSortedByIndex;
        var byClass = classes is null ? null : ByClass(a, b, inB, classes);
        return new SubsetComparison
        {
            First = listA,
            Second = listB,
            Overlap = overlap,
            PoolSize = poolSize,
            ByChance = poolSize is { } n ? ChanceOf([(n, a.Length, b.Length)], overlap) : null,
            ByChanceWithinClasses = byClass is null ? null : ChanceOf(byClass.Select(k => (k.Images, k.First, k.Second)), overlap),
            Order = isRanked ? RankAgreement.Of(a, b) : null,
            Prefixes = [.. Shares.Where(share => isRanked || share == 1).Select(share => PrefixOf(share, a, b))],
            Classes = byClass,
        };
    }

    static double? Of(int part, int whole) => whole == 0 ? null : (double)part / whole;

    static List Describe(IReadOnlyList<int> list, int different) =>
        new(list.Count, different, different >= LeastToLookSorted && Enumerable.Range(1, list.Count - 1).All(k => list[k - 1] <= list[k]));

    static Prefix PrefixOf(double share, int[] a, int[] b)
    {
        int[] firstA = a[..(int)Math.Round(share * a.Length, MidpointRounding.AwayFromZero)], firstB = b[..(int)Math.Round(share * b.Length, MidpointRounding.AwayFromZero)];
        return new Prefix(share, firstA.Length, firstB.Length, firstA.Intersect(firstB).Count());
    }

    // Of n images one subset has a, the other b: the overlap has mean a b / n and variance a b (n - a) (n - b) / (n^2 (n - 1)). Classes are independent.
    static Chance ChanceOf(IEnumerable<(int Images, int First, int Second)> groups, int overlap)
    {
        double mean = 0, variance = 0;
        foreach (var (n, a, b) in groups)
        {
            if (n == 0) continue;
            mean += (double)a * b / n;
            if (n > 1) variance += (double)a / n * b / n * (n - a) * (n - b) / (n - 1);
        }
        double deviation = Math.Sqrt(variance);
        return new Chance(mean, deviation, deviation > 0 ? (overlap - mean) / deviation : null);
    }

    static Class[] ByClass(int[] a, int[] b, HashSet<int> inB, LatentPartition classes)
    {
        foreach (int i in a.Concat(b))
            if (i < 0 || i >= classes.Count) throw new ArgumentException($"Image {i} is in a list; the latent classes cover 0 to {classes.Count - 1}.", nameof(classes));
        int[] first = new int[classes.Classes], second = new int[classes.Classes], both = new int[classes.Classes];
        foreach (int i in a)
        {
            first[classes.ClassOf(i)]++;
            if (inB.Contains(i)) both[classes.ClassOf(i)]++;
        }
        foreach (int i in b) second[classes.ClassOf(i)]++;
        return [.. Enumerable.Range(0, classes.Classes).Select(k => new Class(classes.Labels[k], classes.Size(k), first[k], second[k], both[k], (double)first[k] * second[k] / classes.Size(k)))];
    }
}
