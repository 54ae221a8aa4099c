namespace Gleaner;

/// <summary>
/// The exact greedy maximiser for submodular objectives: the picks and gains of <see cref="Greedy"/>, bit for bit, with far fewer gains computed. An old gain
/// bounds the present one from above, so an image is looked at again only when its old gain is the largest left.
/// </summary>
/// <remarks>
/// Minoux 1978, "Accelerated greedy algorithms for maximizing submodular set functions". Equal to greedy also in floating point as long as the objective's sums are
/// taken in one order, because rounding is monotone. O(n) gains before the first pick, and as many in every pick in the worst case.
/// </remarks>
public sealed class LazyGreedy : Maximizer
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The objective is not submodular.</exception>
    protected override void Grow(SetObjective objective, bool[] left, int count, Action<Pick> take)
    {
        var queue = new StaleGains(objective);
        if (count == 0) return;
        int[] images = [.. Enumerable.Range(0, left.Length).Where(e => left[e])];
        var gains = new double[images.Length];
        objective.Gains(images, gains);
        if (!objective.Standing.IsEmpty)
        {
            for (; count > 0; count--) take(Best(objective.Standing, left));
            return;
        }
        var bounds = new double[left.Length];
        for (int r = 0; r < images.Length; r++) bounds[images[r]] = gains[r];
        queue.Fill(images, bounds);
        for (; count > 0; count--) take(queue.TakeBest(bounds));
    }

    // Of gains that are all known: to look through them costs less than to keep a queue in order.
    static Pick Best(ReadOnlySpan<double> gains, bool[] left)
    {
        double largest = RowArithmetic.Largest(gains);
        int best = gains.IndexOf(largest);
        while (!left[best]) best += 1 + gains[(best + 1)..].IndexOf(largest);
        return new Pick(best, largest);
    }
}
