using System.Globalization;

namespace Gleaner;

/// <summary>How many of the baseline's images reach an arm's mean accuracy.</summary>
/// <param name="Images">Images, by linear interpolation of the baseline's means over log(images) between the budgets run; null if that cannot be said.</param>
/// <param name="Fraction">The same as a share of the pool.</param>
/// <param name="Words"><c>5,210 images of random</c>, or why it cannot be said.</param>
public sealed record RandomEquivalent(double? Images, double? Fraction, string Words)
{
    /// <summary>Where the baseline's curve has the height <paramref name="mean"/>, if it does so once and while it rises.</summary>
    /// <param name="mean">The arm's mean accuracy.</param>
    /// <param name="curve">The baseline's budgets and mean accuracies, in ascending order of images.</param>
    /// <param name="poolSize">Images of the pool.</param>
    /// <param name="baseline">The baseline's name.</param>
    internal static RandomEquivalent Of(double mean, IReadOnlyList<(int Images, double Mean)> curve, int poolSize, string baseline)
    {
        if (curve.Count < 2) return None($"{baseline} was run at fewer than two budgets");
        if (mean < curve.Min(p => p.Mean)) return None($"below what was run: {baseline} does better at every budget");
        if (mean > curve.Max(p => p.Mean)) return None($"above what was run: {baseline} does worse at every budget");

        var crossings = new HashSet<double>();
        for (int k = 1; k < curve.Count; k++)
        {
            var ((n0, y0), (n1, y1)) = (curve[k - 1], curve[k]);
            if (mean < Math.Min(y0, y1) || mean > Math.Max(y0, y1)) continue;
            double t = (mean - y0) / (y1 - y0);
            crossings.Add(y1 > y0 ? (1 - t) * Math.Log(n0) + t * Math.Log(n1) : double.NaN);   // a budget that ends one piece and begins the next counts once
        }
        if (crossings.Count != 1 || double.IsNaN(crossings.Single())) return None($"the accuracy of {baseline} does not rise steadily there");
        double images = Math.Exp(crossings.Single());
        return new RandomEquivalent(images, images / poolSize, Text($"{images:N0} images of {baseline}"));
    }

    static RandomEquivalent None(FormattableString why) => new(null, null, Text(why));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
