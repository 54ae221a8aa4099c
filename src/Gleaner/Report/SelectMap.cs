using System.Globalization;

namespace Gleaner;

/// <summary>The embedding in the two directions in which it varies most: where kept and dropped images lie.</summary>
sealed class SelectMap(SelectRun run, HtmlWriter html, ReportPage page)
{
    // Enough to see shapes, few enough for a file that opens at once.
    const int MostOfEach = 2000;

    public void Write(EmbeddingMatrix embedding)
    {
        var scores = run.Scores;
        var components = PrincipalComponents.Of(embedding, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(scores.Index), components: 2);
        int[] rows = [.. Enumerable.Range(0, scores.Count)], allKept = Array.FindAll(rows, m => scores.Kept[m]), allDropped = Array.FindAll(rows, m => !scores.Kept[m]);
        (double X, double Y)[] kept = [.. Spread(allKept).Select(Place)], dropped = [.. Spread(allDropped).Select(Place)];
        var both = kept.Concat(dropped).ToArray();
        string sample = kept.Length < allKept.Length || dropped.Length < allDropped.Length
            ? $" Drawn are {ReportNumber.Count(kept.Length)} of {ReportNumber.Count(allKept.Length)} kept and {ReportNumber.Count(dropped.Length)} of {ReportNumber.Count(allDropped.Length)} dropped images, evenly spaced in the order of the pool, so compare where they lie and not how many there are."
            : "";
        string description = $"All {ReportNumber.Images(scores.Count)} were used to find the two directions of the {embedding.Dimension} in which the embedding varies most (principal components); they hold {Percent(components.Shares.Sum())} % of its variance, so images that look close here may be far apart.{sample}";
        page.Figure(description, () =>
        {
            using (var chart = new SvgChart(html, "map", "Map of the embedding", description, (Axis(both.Select(p => p.X)), Name(0)), (Axis(both.Select(p => p.Y)), Name(1))))
            {
                chart.Marks("dot-dropped", "h0", dropped.Select(p => (chart.X(p.X), chart.Y(p.Y))), "dropped");
                chart.Marks("cross-kept", "m-2.5 0h5m-2.5-2.5v5", kept.Select(p => (chart.X(p.X), chart.Y(p.Y))), "kept");
            }
            ChartKey.Write(html, ("cross-kept", ChartKey.Cross, "kept (crosses)"), ("dot-dropped", ChartKey.Dot, "dropped (dots)"));
        });

        (double X, double Y) Place(int m) => (components.Along(0, embedding.Row(scores.Index[m])), components.Along(1, embedding.Row(scores.Index[m])));
        string Name(int c) => $"component {c + 1}{(c < components.Shares.Count ? $" ({Percent(components.Shares[c])} %)" : "")}";
    }

    static ChartAxis Axis(IEnumerable<double> values) => ChartAxis.Linear(values.Min(), values.Max());

    static IEnumerable<int> Spread(int[] rows) => rows.Length <= MostOfEach ? rows : Enumerable.Range(0, MostOfEach).Select(k => rows[(int)((2L * k + 1) * rows.Length / (2 * MostOfEach))]);

    static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
