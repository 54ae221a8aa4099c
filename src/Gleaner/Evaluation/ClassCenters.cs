using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>The class centers mu_k, each the mean over a class's images and their views, and how far apart they point.</summary>
/// <param name="Labels">The classes, in ascending order of label; everything else is in this order.</param>
/// <param name="Sizes">How many images each has.</param>
/// <param name="Lengths">|mu_k|: 1 if all images of the class are at one point.</param>
/// <param name="Products">mu_k . mu_l, K rows of K numbers.</param>
/// <param name="LargestProduct">The largest mu_k . mu_l of two different classes, which a classifier by centers needs to be small; null with one class.</param>
/// <param name="Closest">The labels of those two classes; null with one class.</param>
public sealed record ClassCenters(IReadOnlyList<int> Labels, IReadOnlyList<int> Sizes, IReadOnlyList<double> Lengths, IReadOnlyList<IReadOnlyList<double>> Products,
    double? LargestProduct, IReadOnlyList<int>? Closest)
{
    internal static ClassCenters Of(double[][] centers, LatentPartition classes)
    {
        double[][] products = [.. centers.Select(a => centers.Select(b => TensorPrimitives.Dot<double>(a, b)).ToArray())];
        double? largest = null;
        int[]? closest = null;
        for (int k = 0; k < centers.Length; k++)
            for (int l = k + 1; l < centers.Length; l++)
                if (largest is null || products[k][l] > largest) (largest, closest) = (products[k][l], [classes.Labels[k], classes.Labels[l]]);
        return new ClassCenters(classes.Labels, [.. Enumerable.Range(0, classes.Classes).Select(classes.Size)], Array.ConvertAll(centers, mu => TensorPrimitives.Norm<double>(mu)), products, largest, closest);
    }

    /// <summary>mu_k of every class.</summary>
    internal static double[][] Centers(ViewRows rows, LatentPartition classes) => [.. Enumerable.Range(0, classes.Classes).Select(k => rows.Mean(classes.Members(k)))];
}
