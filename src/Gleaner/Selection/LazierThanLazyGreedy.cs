namespace Gleaner;

/// <summary>
/// <see cref="StochasticGreedy"/> with lazy evaluation: the same samples and so the same picks for a seed, but within a sample an image is looked at only when its
/// old gain is the largest. What the paper "Lazier Than Lazy Greedy" calls random sampling with lazy evaluation, and submodlib LazierThanLazyGreedy.
/// </summary>
/// <remarks>Mirzasoleiman et al. 2015 (arXiv:1409.7938); the guarantee is that of <see cref="StochasticGreedy"/>. The objective must be submodular.</remarks>
public sealed class LazierThanLazyGreedy : Maximizer
{
    readonly Budget _budget;
    readonly double _epsilon;
    readonly int _seed;

    /// <summary>Samples for k = <paramref name="budget"/> of the n images.</summary>
    /// <param name="budget">k, what the guarantee is for; more or fewer images may be ranked.</param>
    /// <param name="epsilon">What may be lost of the value, above 0 and below 1; the smaller, the larger the samples.</param>
    /// <param name="seed">Fixes the samples.</param>
    public LazierThanLazyGreedy(Budget budget, double epsilon = 0.1, int seed = 0)
    {
        PickSamples.Check(budget, epsilon);
        (_budget, _epsilon, _seed) = (budget, epsilon, seed);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The objective is not submodular.</exception>
    protected override void Grow(SetObjective objective, bool[] left, int count, Action<Pick> take)
    {
        var queue = new StaleGains(objective);
        var samples = new PickSamples(left, _budget, _epsilon, _seed);
        var bounds = new double[left.Length];
        Array.Fill(bounds, double.PositiveInfinity); // never looked at
        for (; count > 0; count--)
        {
            queue.Fill(samples.Draw(), bounds);
            var pick = queue.TakeBest(bounds);
            samples.Remove(pick.Index);
            take(pick);
        }
    }
}
