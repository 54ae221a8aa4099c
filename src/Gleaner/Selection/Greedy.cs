using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>The exact greedy maximiser: always the image of largest gain, the lowest index among equals, negative gains too. O(n) gain look-ups a pick.</summary>
public sealed class Greedy : Maximizer
{
    /// <inheritdoc/>
    protected override void Grow(SetObjective objective, bool[] left, int count, Action<Pick> take)
    {
        int[] images = [.. Enumerable.Range(0, left.Length).Where(e => left[e])];
        var gains = new double[images.Length];
        for (int among = images.Length; count > 0; count--, among--)
        {
            objective.Gains(images.AsSpan(0, among), gains);
            int best = TensorPrimitives.IndexOfMax<double>(gains.AsSpan(0, among));
            take(new Pick(images[best], gains[best]));
            images.AsSpan(best + 1, among - best - 1).CopyTo(images.AsSpan(best));
        }
    }
}
