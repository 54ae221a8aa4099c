namespace Gleaner;

/// <summary>
/// The bound Err(G_f) &lt;= (1 - sigma) + R_eps of Huang, Yi, Zhao and Jiang (arXiv:2111.00743, theorem 1) on the error of the nearest-center classifier, with every premise
/// measured: for all l != k, mu_l . mu_k &lt; r^2 (1 - rho - sqrt(2 rho) - Delta_mu / 2), rho = 2 (1 - sigma) + R_eps / min_k p_k + sigma (L delta + 2 eps) / r, and r = 1.
/// The pool and its M views are taken as the whole distribution; images that are not in it are another matter.
/// </summary>
public sealed record GeneralizationBound
{
    /// <summary>n.</summary>
    public required int Images { get; init; }

    /// <summary>M.</summary>
    public required int Views { get; init; }

    /// <summary>epsilon: two views of an image are near if no farther apart.</summary>
    public required double Epsilon { get; init; }

    /// <summary>R_eps, the share of images some two views of which are farther apart than epsilon.</summary>
    public required double R { get; init; }

    /// <summary>What alignment alone says of R_eps: at most eta sqrt(E |f(x1) - f(x2)|^2), eta = M (M - 1) / (2 eps), by Markov's inequality over the pairs of views; at most 1.</summary>
    public required double RByAlignment { get; init; }

    /// <summary>The mean of |f(x1) - f(x2)|^2 over images and pairs of their views.</summary>
    public required double Alignment { get; init; }

    /// <summary>sigma, the share of every class that its main part has at least.</summary>
    public required double Sigma { get; init; }

    /// <summary>L delta: as given, or the largest distance of two images of a main part, each pair by the views that are closest.</summary>
    public required double LipschitzDelta { get; init; }

    /// <summary>Whether L delta was measured in the embedding; false if it was given.</summary>
    public required bool IsLipschitzDeltaMeasured { get; init; }

    /// <summary>min_k p_k, the smallest class's share of the pool.</summary>
    public required double SmallestShare { get; init; }

    /// <summary>rho.</summary>
    public required double Rho { get; init; }

    /// <summary>Delta_mu = 1 - min_k |mu_k|^2.</summary>
    public required double DeltaMu { get; init; }

    /// <summary>1 - rho - sqrt(2 rho) - Delta_mu / 2, which every mu_l . mu_k must be below.</summary>
    public required double RightHandSide { get; init; }

    /// <summary>The same with 2 R_eps / min_k p_k in rho, as a derivation of our own needs; equal where R_eps = 0.</summary>
    public required double StrictRightHandSide { get; init; }

    /// <summary>The largest mu_l . mu_k of two different classes.</summary>
    public required double LargestProduct { get; init; }

    /// <summary>Whether the premise holds for all pairs.</summary>
    public bool Holds => LargestProduct < RightHandSide;

    /// <summary>Whether it holds with the strict right-hand side.</summary>
    public bool HoldsStrictly => LargestProduct < StrictRightHandSide;

    /// <summary>Pairs of classes, the largest product first; at most 100.</summary>
    public required IReadOnlyList<CenterPair> Pairs { get; init; }

    /// <summary>How many pairs of classes there are.</summary>
    public required int PairCount { get; init; }

    /// <summary>For how many pairs the premise fails.</summary>
    public required int FailingPairs { get; init; }

    /// <summary>(1 - sigma) + R_eps: a bound on the error only if the premise holds.</summary>
    public double Bound => 1 - Sigma + R;

    /// <summary>The share of views that are nearest to another class's center, the lowest class among equals.</summary>
    public required double MeasuredError { get; init; }

    /// <summary>The share of images with at least one such view, which the bound covers as well.</summary>
    public required double MeasuredErrorOfAnyView { get; init; }

    /// <summary>The error of always naming the largest class.</summary>
    public required double ChanceError { get; init; }

    /// <summary>True if the bound says nothing: the premise fails, or the bound is no better than naming the largest class.</summary>
    public bool IsVacuous => !Holds || Bound >= ChanceError;

    /// <summary>What separates the premise from holding with all room, the largest first: parts of rho + sqrt(2 rho) in proportion to the parts of rho, Delta_mu / 2, and the largest product.</summary>
    public required IReadOnlyList<BoundTerm> Terms { get; init; }

    /// <summary>The verdict in plain words, with the term that decides it.</summary>
    public required string Verdict { get; init; }

    /// <summary>Evaluates the bound from M >= 2 views of the same images and their classes. O(n M^2 d), and O(M^2 d sum n_k^2) where main parts are measured.</summary>
    /// <exception cref="ArgumentException">Fewer than two views or classes, rows that are means, or sizes that do not fit.</exception>
    public static GeneralizationBound Evaluate(IReadOnlyList<EmbeddingMatrix> views, LatentPartition classes, GeneralizationBoundOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        options ??= new GeneralizationBoundOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        if (options.Epsilon is < 0 or double.NaN) throw new ArgumentOutOfRangeException(nameof(options), options.Epsilon, "Epsilon must be at least 0.");
        if (options.LipschitzDelta is < 0 or double.NaN) throw new ArgumentOutOfRangeException(nameof(options), options.LipschitzDelta, "L delta must be at least 0.");
        if (classes.Classes < 2) throw new ArgumentException($"{classes.Classes} classes; expected at least two.", nameof(classes));
        return new BoundSearch(ViewRows.Checked(views, classes, least: 2), classes, options, cancel).Best();
    }
}
