using System.Globalization;

namespace Gleaner;

/// <summary>Measures what <see cref="GeneralizationBound"/> needs and looks for the epsilon and the sigma that make it best.</summary>
sealed class BoundSearch
{
    const int MostPairs = 100;

    /// <summary>Shares that may be left out, of the images by epsilon and of a class by sigma: 0 and 1e-4 to 1.</summary>
    static readonly double[] Shares = [0, .. Enumerable.Range(0, 61).Select(i => Math.Pow(10, -4 + i / 15.0))];

    readonly ViewRows _rows;
    readonly LatentPartition _classes;
    readonly GeneralizationBoundOptions _options;
    readonly double[][] _centers;
    readonly MainParts _mainParts;
    readonly double[] _diameters;   // of each image's views, ascending
    readonly double _largestProduct, _deltaMu, _smallestShare;
    readonly List<(int First, int Second, double Product)> _pairs = [];

    public BoundSearch(ViewRows rows, LatentPartition classes, GeneralizationBoundOptions options, CancellationToken cancel)
    {
        (_rows, _classes, _options) = (rows, classes, options);
        _centers = ClassCenters.Centers(rows, classes);
        var centers = ClassCenters.Of(_centers, classes);
        _mainParts = MainParts.Of(rows, classes, _centers, options, cancel);
        _diameters = [.. Enumerable.Range(0, rows.Images).Select(Diameter).Order()];
        (_largestProduct, _deltaMu) = (centers.LargestProduct!.Value, 1 - centers.Lengths.Min(length => length * length));
        _smallestShare = centers.Sizes.Min() / (double)rows.Images;
        for (int k = 0; k < _centers.Length; k++)
            for (int l = k + 1; l < _centers.Length; l++) _pairs.Add((classes.Labels[k], classes.Labels[l], centers.Products[k][l]));
        _pairs.Sort((a, b) => b.Product != a.Product ? b.Product.CompareTo(a.Product) : a.First != b.First ? a.First.CompareTo(b.First) : a.Second.CompareTo(b.Second));
    }

    // Of what is free: the least bound if the premise holds anywhere, else the least that the premise lacks. There, leaving nearly all images out would lack least,
    // and hide the cause: no more are left out than the centers would allow if every distance were 0.
    public GeneralizationBound Best()
    {
        Candidate? best = null;
        double[] epsilons = _options.Epsilon is { } given ? [given] : [.. Shares.Select(EpsilonLeavingOut).Distinct()];
        (double, double)[] mains = _options.LipschitzDelta is { } known ? [(_mainParts.SigmaWithin(known), known)] : [.. Shares.Select(share => _mainParts.At(1 - share)).Distinct()];
        foreach (double epsilon in epsilons)
            foreach (var (sigma, distance) in mains)
            {
                var candidate = new Candidate(epsilon, ShareBeyond(epsilon), sigma, distance, _smallestShare, _deltaMu);
                if (best is null || candidate.IsBetterThan(best, _largestProduct)) best = candidate;
            }
        return Describe(best!);
    }

    sealed record Candidate(double Epsilon, double R, double Sigma, double Distance, double SmallestShare, double DeltaMu)
    {
        public double[] Parts { get; } = [2 * (1 - Sigma), R / SmallestShare, Sigma * Distance, Sigma * 2 * Epsilon];

        public double Rho => Parts.Sum();

        public double Bound => 1 - Sigma + R;

        public double RightHandSide => Side(Rho);

        public double Strict => Side(Rho + R / SmallestShare);

        double Side(double rho) => 1 - rho - Math.Sqrt(2 * rho) - DeltaMu / 2;

        bool LeavesRoom(double product) => Parts[0] + Parts[1] == 0 || product < Side(Parts[0] + Parts[1]);

        public bool IsBetterThan(Candidate other, double product)
        {
            if (LeavesRoom(product) != other.LeavesRoom(product)) return LeavesRoom(product);
            bool holds = product < RightHandSide, otherHolds = product < other.RightHandSide;
            if (holds != otherHolds) return holds;
            return holds && Bound != other.Bound ? Bound < other.Bound : RightHandSide > other.RightHandSide;
        }
    }

    GeneralizationBound Describe(Candidate c)
    {
        double alignment = _rows.Alignment([.. Enumerable.Range(0, _rows.Images)])!.Value, scale = c.Rho > 0 ? (c.Rho + Math.Sqrt(2 * c.Rho)) / c.Rho : 0;
        var (error, anyError) = Errors();
        BoundTerm[] terms =
        [
            new("1 - sigma: images outside the main parts of their classes", c.Parts[0] * scale),
            new("R_eps: images whose views are more than epsilon apart", c.Parts[1] * scale),
            new("L delta: how wide the main parts of the classes are", c.Parts[2] * scale),
            new("epsilon: how far apart near views may be", c.Parts[3] * scale),
            new("Delta_mu: a class center that is short, so that its images point in different directions", c.DeltaMu / 2),
            new($"the centers: mu_l . mu_k of classes {_pairs[0].First} and {_pairs[0].Second}", Math.Max(0, _largestProduct)),
        ];
        var bound = new GeneralizationBound
        {
            Images = _rows.Images,
            Views = _rows.Views,
            Epsilon = c.Epsilon,
            R = c.R,
            RByAlignment = alignment == 0 ? 0 : c.Epsilon == 0 ? 1 : Math.Min(1, _rows.Pairs / c.Epsilon * Math.Sqrt(alignment)),
            Alignment = alignment,
            Sigma = c.Sigma,
            LipschitzDelta = c.Distance,
            IsLipschitzDeltaMeasured = _options.LipschitzDelta is null,
            SmallestShare = _smallestShare,
            Rho = c.Rho,
            DeltaMu = _deltaMu,
            RightHandSide = c.RightHandSide,
            StrictRightHandSide = c.Strict,
            LargestProduct = _largestProduct,
            Pairs = [.. _pairs.Take(MostPairs).Select(p => new CenterPair(p.First, p.Second, p.Product, c.RightHandSide, p.Product < c.RightHandSide))],
            PairCount = _pairs.Count,
            FailingPairs = _pairs.Count(p => !(p.Product < c.RightHandSide)),
            MeasuredError = error,
            MeasuredErrorOfAnyView = anyError,
            ChanceError = 1 - Enumerable.Range(0, _classes.Classes).Max(_classes.Size) / (double)_rows.Images,
            Terms = [.. terms.OrderByDescending(term => term.Value)],
            Verdict = "",
        };
        return bound with { Verdict = VerdictOf(bound) };
    }

    static string VerdictOf(GeneralizationBound b)
    {
        string Text(double v) => v.ToString("0.###", CultureInfo.InvariantCulture);
        if (!b.Holds)
            return $"The bound is vacuous: its premise fails for {b.FailingPairs} of {b.PairCount} pairs of classes; the largest mu_l . mu_k is {Text(b.LargestProduct)} and must be below {Text(b.RightHandSide)}. "
                + $"Most of that comes from {b.Terms[0].Name} ({Text(b.Terms[0].Value)}).";
        string strict = b.HoldsStrictly ? "" : " With 2 R_eps / min p_k in rho, as a stricter derivation needs, the premise fails.";
        if (b.IsVacuous)
            return $"The bound is vacuous: its premise holds, but it allows an error of {Text(b.Bound)}, and always naming the largest class has {Text(b.ChanceError)}. "
                + $"Most of it comes from {(1 - b.Sigma >= b.R ? $"1 - sigma ({Text(1 - b.Sigma)})" : $"R_eps ({Text(b.R)})")}.{strict}";
        return $"The bound holds: the nearest-center classifier errs on at most {Text(b.Bound)} of the images; measured: {Text(b.MeasuredError)} of the views.{strict}";
    }

    double Diameter(int image)
    {
        double largest = 0;
        for (int v = 0; v < _rows.Views; v++)
            for (int w = 0; w < v; w++) largest = Math.Max(largest, _rows.Distance(image, v, w));
        return largest;
    }

    double EpsilonLeavingOut(double share)
    {
        int left = (int)Math.Floor(share * _diameters.Length + 1e-9);
        return left >= _diameters.Length ? 0 : _diameters[_diameters.Length - 1 - left];
    }

    double ShareBeyond(double epsilon) => _diameters.Count(d => d > epsilon) / (double)_diameters.Length;

    // G_f(x) = argmin_k |f(x) - mu_k| = argmax_k <f(x), mu_k> - |mu_k|^2 / 2.
    (double OfViews, double OfAny) Errors()
    {
        var centers = new NearestRows(PackedRows.Pack([.. _centers.SelectMany(mu => mu.Select(m => (float)m))], _centers.Length, _rows.Dimension),
            Array.ConvertAll(_centers, mu => (float)(mu.Sum(m => m * m) / 2)));
        var nearest = new int[_rows.Images];
        var wrong = new int[_rows.Images];
        for (int v = 0; v < _rows.Views; v++)
        {
            centers.Find(_rows.Of(v).Values, nearest, new float[nearest.Length]);
            for (int i = 0; i < nearest.Length; i++)
                if (nearest[i] != _classes.ClassOf(i)) wrong[i]++;
        }
        return (wrong.Sum() / ((double)_rows.Images * _rows.Views), wrong.Count(w => w > 0) / (double)_rows.Images);
    }
}
