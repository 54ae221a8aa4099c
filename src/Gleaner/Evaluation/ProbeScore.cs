namespace Gleaner;

/// <summary>What a probe is worth on test images: shares from 0 to 1.</summary>
/// <param name="Images">How many test images.</param>
/// <param name="Top1">The share whose class scored highest; the lowest class wins among equals.</param>
/// <param name="Top5">The share whose class is among the five that scored highest; null below six classes, where it says little.</param>
/// <param name="Classes">Every class of the training images, in ascending order of label.</param>
public sealed record ProbeScore(int Images, double Top1, double? Top5, IReadOnlyList<ClassScore> Classes)
{
    /// <summary>From the place of each image's own class in the order of scores, 0 the highest.</summary>
    internal static ProbeScore Of(IReadOnlyList<int> labels, ReadOnlySpan<int> classOf, ReadOnlySpan<int> places)
    {
        int first = 0, five = 0;
        int[] images = new int[labels.Count], correct = new int[labels.Count];
        for (int i = 0; i < places.Length; i++)
        {
            images[classOf[i]]++;
            if (places[i] == 0) correct[classOf[i]]++;
            if (places[i] == 0) first++;
            if (places[i] < 5) five++;
        }
        double n = places.Length;
        return new ProbeScore(places.Length, first / n, labels.Count > 5 ? five / n : null, [.. labels.Select((label, k) => new ClassScore(label, images[k], correct[k]))]);
    }
}
