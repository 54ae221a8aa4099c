namespace Gleaner;

/// <summary>How far latent classes and given labels divide the same images alike. None of it depends on how classes or labels are numbered.</summary>
/// <param name="Images">Images that were compared: those with a class and a label.</param>
/// <param name="Classes">How many classes they have.</param>
/// <param name="Labels">How many different labels.</param>
/// <param name="Purity">The share of images that have the commonest label of their class; grows with the number of classes, to 1 when each image has its own.</param>
/// <param name="MutualInformation">Normalised mutual information, 0 to 1: divided by the arithmetic mean of both entropies, as scikit-learn does.</param>
/// <param name="AdjustedRand">The Rand index, adjusted so that chance scores 0 (Hubert and Arabie 1985); at most 1.</param>
/// <param name="MatchedAccuracy">The share of images with the label of their class when each class is given one label and each label to one class, in the best way.</param>
public sealed record PartitionAgreement(int Images, int Classes, int Labels, double Purity, double MutualInformation, double AdjustedRand, double MatchedAccuracy)
{
    /// <summary>Compares two divisions of the same images, image by image; any integers. O(n), and O(a^2 b) for the matching of a classes to b labels, a the fewer.</summary>
    /// <exception cref="ArgumentException">They are not of equal length, or empty.</exception>
    public static PartitionAgreement Of(ReadOnlySpan<int> classes, ReadOnlySpan<int> labels)
    {
        if (classes.Length != labels.Length) throw new ArgumentException($"{labels.Length} labels for {classes.Length} images; expected as many.", nameof(labels));
        if (classes.IsEmpty) throw new ArgumentException("No images; expected at least one.", nameof(classes));
        LatentPartition one = LatentPartition.FromLabels(classes), other = LatentPartition.FromLabels(labels);
        var cells = new Dictionary<(int Class, int Label), int>();
        for (int i = 0; i < classes.Length; i++)
        {
            var cell = (one.ClassOf(i), other.ClassOf(i));
            cells[cell] = cells.GetValueOrDefault(cell) + 1;
        }
        var ordered = cells.OrderBy(cell => cell.Key).Select(cell => (cell.Key.Class, cell.Key.Label, Count: cell.Value)).ToArray();
        double n = classes.Length;
        return new PartitionAgreement(classes.Length, one.Classes, other.Classes, ordered.GroupBy(cell => cell.Class).Sum(row => row.Max(cell => cell.Count)) / n,
            Mutual(ordered, one, other), Adjusted(ordered, one, other), Matched(ordered, one.Classes, other.Classes) / n);
    }

    // 2 I(U, V) / (H(U) + H(V)); 1 if neither divides anything.
    static double Mutual((int Class, int Label, int Count)[] cells, LatentPartition one, LatentPartition other)
    {
        double n = one.Count, entropies = Entropy(one) + Entropy(other);
        if (entropies == 0) return 1;
        double information = cells.Sum(cell => cell.Count / n * Math.Log(cell.Count * n / ((double)one.Size(cell.Class) * other.Size(cell.Label))));
        return Math.Clamp(2 * information / entropies, 0, 1);

        static double Entropy(LatentPartition of) => -Enumerable.Range(0, of.Classes).Sum(k => (double)of.Size(k) / of.Count * Math.Log((double)of.Size(k) / of.Count));
    }

    // Pairs together in both, less what chance puts together, over the most that could be, less the same. 1 if both put all together, or all apart.
    static double Adjusted((int Class, int Label, int Count)[] cells, LatentPartition one, LatentPartition other)
    {
        double both = cells.Sum(cell => Pairs(cell.Count)), first = Together(one), second = Together(other), all = Pairs(one.Count);
        if (first == second && (first == 0 || first == all)) return 1;
        double chance = first / all * second, most = (first + second) / 2;
        return (both - chance) / (most - chance);

        static double Pairs(long count) => count * (count - 1) / 2;
        static double Together(LatentPartition of) => Enumerable.Range(0, of.Classes).Sum(k => Pairs(of.Size(k)));
    }

    static double Matched((int Class, int Label, int Count)[] cells, int classes, int labels)
    {
        bool flip = classes > labels;
        var gains = new double[Math.Min(classes, labels), Math.Max(classes, labels)];
        foreach (var (k, label, count) in cells) gains[flip ? label : k, flip ? k : label] = count;
        int[] column = Assignment.Best(gains);
        return Enumerable.Range(0, column.Length).Sum(row => gains[row, column[row]]);
    }
}
