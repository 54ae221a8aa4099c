namespace Gleaner.Onnx;

/// <summary>The class that each image was given by the names of the classes alone.</summary>
public sealed class ZeroShotAssignment
{
    readonly int[] _classOf;

    internal ZeroShotAssignment(IReadOnlyList<string> names, int[] classOf, double meanSimilarity, double meanMargin)
    {
        (Names, _classOf, MeanSimilarity, MeanMargin) = (names, classOf, meanSimilarity, meanMargin);
        var sizes = new int[names.Count];
        foreach (int k in classOf) sizes[k]++;
        Sizes = sizes;
    }

    /// <summary>What the classes are called.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>For each image the number of its class, 0 to K - 1.</summary>
    public ReadOnlySpan<int> ClassOf => _classOf;

    /// <summary>How many images each class has; 0 for a name that suits no image best.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Mean cosine of an image and its class.</summary>
    public double MeanSimilarity { get; }

    /// <summary>Mean difference between that and the cosine of the next best class: how sure the model is; NaN for a single class.</summary>
    public double MeanMargin { get; }

    /// <summary>The images as latent classes: every image in one, and none empty. <see cref="LatentPartition.Labels"/> has the number of each in <see cref="Names"/>.</summary>
    public LatentPartition ToPartition() => LatentPartition.FromLabels(_classOf);
}
