namespace Gleaner;

/// <summary>The K that <see cref="ClassCountSearch"/> chose, and the curve that it chose from.</summary>
/// <param name="Classes">K.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="Curve">Every K that was tried, ascending; empty if there are too few rows for two classes.</param>
/// <param name="LeastExcess">The excess below which K is 1.</param>
/// <param name="MultiplyAdds">What the search cost.</param>
public sealed record ClassCount(int Classes, int Rows, IReadOnlyList<ClassCountTrial> Curve, double LeastExcess, double MultiplyAdds)
{
    /// <summary>The trial with the largest excess, the smallest K among equals; null without a curve.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ClassCountTrial? Best => Curve.MaxBy(trial => trial.Excess);

    /// <summary>Why this K, in a sentence.</summary>
    public string Reason
    {
        get
        {
            if (Best is not { } best) return Text($"K = 1: {Rows} images are too few to tell classes apart.");
            string of = Text($"the silhouette {best.Silhouette:0.000} exceeds that of clouds without classes, {best.ReferenceSilhouette:0.000}, by {best.Excess:0.000}");
            if (Classes == 1) return Text($"K = 1: no K finds more than a cloud without classes has; the best, K = {best.Classes}: {of}, which is less than {LeastExcess:0.00}.");
            return Text($"K = {Classes}: {of}, the most of {Curve.Count} K from {Curve[0].Classes} to {Curve[^1].Classes}{(Classes == Curve[^1].Classes ? "; it is the largest that was tried, more may do better" : "")}.");

            static string Text(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
