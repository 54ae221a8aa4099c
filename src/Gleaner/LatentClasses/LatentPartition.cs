namespace Gleaner;

/// <summary>The latent classes: a partition that covers every image once. Classes are numbered 0..K-1 and none is empty.</summary>
public sealed class LatentPartition
{
    readonly int[] _classOf;
    readonly int[][] _members;

    LatentPartition(int[] classOf, int[][] members, int[] labels) => (_classOf, _members, Labels) = (classOf, members, labels);

    /// <summary>Groups images by label. Labels are any integers; classes are numbered in ascending order of label.</summary>
    public static LatentPartition FromLabels(ReadOnlySpan<int> labels)
    {
        int[] distinct = new HashSet<int>(labels.ToArray()).Order().ToArray();
        var number = new Dictionary<int, int>(distinct.Length);
        for (int k = 0; k < distinct.Length; k++) number[distinct[k]] = k;

        var classOf = new int[labels.Length];
        var sizes = new int[distinct.Length];
        for (int i = 0; i < labels.Length; i++) sizes[classOf[i] = number[labels[i]]]++;

        var members = Array.ConvertAll(sizes, size => new int[size]);
        Array.Clear(sizes);
        for (int i = 0; i < classOf.Length; i++) members[classOf[i]][sizes[classOf[i]]++] = i;
        return new LatentPartition(classOf, members, distinct);
    }

    /// <summary>All <paramref name="images"/> in one class.</summary>
    public static LatentPartition Whole(int images) => FromLabels(new int[images]);

    /// <summary>The same classes of some of the images: image j of the result is image <paramref name="images"/>[j]. Classes that lose all images vanish.</summary>
    public LatentPartition Select(ReadOnlySpan<int> images)
    {
        var labels = new int[images.Length];
        for (int j = 0; j < labels.Length; j++) labels[j] = Labels[_classOf[images[j]]];
        return FromLabels(labels);
    }

    /// <summary>How many images.</summary>
    public int Count => _classOf.Length;

    /// <summary>K, how many latent classes.</summary>
    public int Classes => _members.Length;

    /// <summary>The label that class k was given as.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The class of image <paramref name="index"/>.</summary>
    public int ClassOf(int index) => _classOf[index];

    /// <summary>The images of class <paramref name="k"/>, ascending.</summary>
    public ReadOnlySpan<int> Members(int k) => _members[k];

    /// <summary>How many images class <paramref name="k"/> has.</summary>
    public int Size(int k) => _members[k].Length;
}
