namespace Gleaner;

/// <summary>
/// Double greedy (Buchbinder et al. 2012) for a graph cut, which is not monotone: grows X from nothing and shrinks Y from a ground set, image by image, until
/// they meet. It ranks nothing: it says which images of the ground set are worth keeping, at most about half of a latent class, and so how many fewer than asked for.
/// </summary>
/// <remarks>
/// Buchbinder, Feldman, Naor and Schwartz 2012, "A tight linear time (1/2)-approximation for unconstrained submodular maximization", algorithms 1 and 2: for similarities
/// &gt;= 0 the kept set has at least 1/3 of the largest value of any subset of the ground set, and in expectation 1/2 when the choice is random.
/// With the cut's identity F(Y - e) - F(Y) = -F(e | Y - e), one row of similarities an image is all it reads after Y's start: O(|ground| n d).
/// </remarks>
public sealed record DoubleGreedy
{
    DoubleGreedy(int[] kept, double value, int left) => (Kept, Value, Dropped) = (kept, value, left);

    /// <summary>The images that are kept, in the order of the ground set.</summary>
    public IReadOnlyList<int> Kept { get; }

    /// <summary>F of the kept images.</summary>
    public double Value { get; }

    /// <summary>How many fewer images are kept than the ground set has.</summary>
    public int Dropped { get; }

    /// <summary>Goes through <paramref name="ground"/> once, in its order.</summary>
    /// <param name="cut">A graph cut at the empty set; it is left as it is.</param>
    /// <param name="ground">Different images to choose from, such as the first k of a greedy ranking; null for all.</param>
    /// <param name="seed">Null for the deterministic choice (keep if that gains at least what dropping gains), otherwise the seed of the random one.</param>
    /// <param name="cancel">Asked once an image.</param>
    /// <exception cref="ArgumentException">The cut is not submodular (a similarity is negative), so that nothing could be promised.</exception>
    public static DoubleGreedy Of(GraphCut cut, IReadOnlyList<int>? ground = null, int? seed = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(cut);
        if (!cut.IsSubmodular) throw new ArgumentException("A similarity may be negative; double greedy needs similarities >= 0 (a threshold of 0 sees to it).", nameof(cut));
        int[] images = ground is null ? [.. Enumerable.Range(0, cut.Count)] : Ranking.CheckKeep(ground, cut.Count);
        GraphCut x = cut.Copy(), y = cut.Copy();
        foreach (int e in images)
        {
            cancel.ThrowIfCancellationRequested();
            y.Add(e);
        }

        var random = new SplitMix64((ulong)(seed ?? 0));
        var kept = new List<int>();
        double value = 0;
        foreach (int e in images)
        {
            cancel.ThrowIfCancellationRequested();
            double a = x.Gain(e), b = -(y.Gain(e) + 2 * y.Self(e)); // F(X + e) - F(X) and F(Y - e) - F(Y): Y's gains still count e among the chosen
            if (seed is null ? a >= b : Chance(a, b) > random.NextDouble())
            {
                x.Add(e);
                kept.Add(e);
                value += a;
            }
            else y.Remove(e);
        }
        return new DoubleGreedy([.. kept], value, images.Length - kept.Count);
    }

    // a'/(a' + b') of the positive parts; 1 if both are 0.
    static double Chance(double a, double b) => Math.Max(a, 0) + Math.Max(b, 0) is > 0 and var both ? Math.Max(a, 0) / both : 1;
}
