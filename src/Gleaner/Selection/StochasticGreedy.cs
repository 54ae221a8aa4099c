namespace Gleaner;

/// <summary>
/// Greedy on samples: every pick is the best of a fresh random sample of (n / k) ln(1 / epsilon) images, about n ln(1 / epsilon) gains for k picks in all.
/// The algorithm Stochastic-Greedy of the paper "Lazier Than Lazy Greedy"; <see cref="LazierThanLazyGreedy"/> makes the same picks with fewer gains.
/// </summary>
/// <remarks>
/// Mirzasoleiman et al. 2015 (arXiv:1409.7938), algorithm 1 and theorem 1: for a monotone submodular objective (facility location; not graph cut) the k picks that
/// the sample size is for have an expected value of at least (1 - 1/e - epsilon) of the best k images'. By the theorem's own argument a longer prefix keeps the
/// guarantee (its samples are larger than it needs), and a prefix of j &lt; k picks has 1 - 1/e - epsilon^(j/k).
/// With images to keep, it holds for what the others add to those.
/// </remarks>
public sealed class StochasticGreedy : Maximizer
{
    readonly Budget _budget;
    readonly double _epsilon;
    readonly int _seed;

    /// <summary>Samples for k = <paramref name="budget"/> of the n images.</summary>
    /// <param name="budget">k, what the guarantee is for; more or fewer images may be ranked.</param>
    /// <param name="epsilon">What may be lost of the value, above 0 and below 1; the smaller, the larger the samples.</param>
    /// <param name="seed">Fixes the samples.</param>
    public StochasticGreedy(Budget budget, double epsilon = 0.1, int seed = 0)
    {
        PickSamples.Check(budget, epsilon);
        (_budget, _epsilon, _seed) = (budget, epsilon, seed);
    }

    /// <inheritdoc/>
    protected override void Grow(SetObjective objective, bool[] left, int count, Action<Pick> take)
    {
        var samples = new PickSamples(left, _budget, _epsilon, _seed);
        var gains = new double[left.Length];
        for (; count > 0; count--)
        {
            var sample = samples.Draw();
            objective.Gains(sample, gains);
            int best = 0;
            for (int r = 1; r < sample.Length; r++)
                if (gains[r] > gains[best] || (gains[r] == gains[best] && sample[r] < sample[best])) best = r;
            var pick = new Pick(sample[best], gains[best]);
            samples.Remove(pick.Index);
            take(pick);
        }
    }
}
