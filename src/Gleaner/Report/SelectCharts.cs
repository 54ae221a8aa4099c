namespace Gleaner;

/// <summary>The charts of a selection: scores of kept and dropped images, sizes of latent classes before and after, a map of the embedding.</summary>
sealed class SelectCharts(SelectRun run, HtmlWriter html, ReportPage page)
{
    const int Bins = 30, MostBars = 60, MostRows = 500;

    readonly ScoreTable _scores = run.Scores;

    /// <summary>Mean similarity and gain, kept beside dropped.</summary>
    public void Scores()
    {
        bool anySimilarity = _scores.MeanSimilarity.Exists(value => !double.IsNaN(value)), anyGain = _scores.Gain.Exists(value => !double.IsNaN(value));
        if (!anySimilarity && !anyGain)
        {
            html.Element("p", "This way of choosing gives images a rank and no scores.");
            return;
        }
        html.Element("p", "Each group of images, kept and dropped, adds up to 100 %. Images are ranked within their latent class, or in an order of the objective's own, so the two groups may overlap: there need not be one score that parts them.");
        using (html.Element("div", ("class", "charts")))
        {
            if (anySimilarity) Scores("similarity", "mean similarity to the class", _scores.MeanSimilarity);
            if (anyGain) Scores("gain", "gain when it was ranked", _scores.Gain);
        }
    }

    void Scores(string id, string name, List<double> values)
    {
        int[] ranked = [.. Enumerable.Range(0, _scores.Count).Where(m => double.IsFinite(values[m]))], keptRows = Array.FindAll(ranked, m => _scores.Kept[m]), droppedRows = Array.FindAll(ranked, m => !_scores.Kept[m]);
        if (ranked.Length == 0) return;
        var x = ChartAxis.Of(Array.ConvertAll(ranked, m => values[m]));
        Histogram kept = Of(keptRows), dropped = Of(droppedRows);
        var y = ChartAxis.Linear(0, Math.Max(Tallest(kept), Tallest(dropped)));
        int last = keptRows.Length == 0 ? ScoreTable.None : keptRows.MaxBy(m => _scores.Rank[m]);
        string cut = last == ScoreTable.None ? "" : $" The dashed line is the cut: the image kept last, at {ReportNumber.Score(values[last])}.";
        string description = $"{ReportNumber.Images(kept.Total)} kept, from {Range(keptRows)}; {ReportNumber.Images(dropped.Total)} dropped, from {Range(droppedRows)}.{(x.IsLog && ranked.Count(m => values[m] < x.Low) is > 0 and var low ? $" {ReportNumber.Images(low)} with less than {ReportNumber.Score(x.Low)} {(low == 1 ? "stands" : "stand")} at the left end." : "")}";
        page.Figure($"{char.ToUpperInvariant(name[0])}{name[1..]}. {description}{cut}", () =>
        {
            using (var chart = new SvgChart(html, id, $"Histogram of the {name}", description + cut, (x, x.IsLog ? $"{name}, logarithmic" : name), (y, "% of the group")))
            {
                for (int b = 0; b < Bins; b++)
                    if (dropped.Counts[b] > 0) chart.Bar("bar-dropped", Edge(b), Edge(b + 1), Share(dropped, b), $"{ReportNumber.Score(Edge(b))} to {ReportNumber.Score(Edge(b + 1))}: {ReportNumber.Count(kept.Counts[b])} kept, {ReportNumber.Count(dropped.Counts[b])} dropped");
                if (kept.Total > 0) chart.Path("step-kept", Enumerable.Range(0, Bins).SelectMany(b => new[] { (chart.X(Edge(b)), chart.Y(Share(kept, b))), (chart.X(Edge(b + 1)), chart.Y(Share(kept, b))) }));
                if (last != ScoreTable.None) chart.Rule(values[last], "kept last");
            }
            ChartKey.Write(html, ("step-kept", ChartKey.Stroke, "kept (line)"), ("bar-dropped", ChartKey.Box, "dropped (bars)"));
            page.Details("The numbers", () => page.Table($"Images by {name}", ["#from", "#to", "#kept", "#dropped"],
                Enumerable.Range(0, Bins).Select(b => (string[])[ReportNumber.Score(Edge(b)), ReportNumber.Score(Edge(b + 1)), ReportNumber.Count(kept.Counts[b]), ReportNumber.Count(dropped.Counts[b])])));
        });

        Histogram Of(int[] rows) => Histogram.Of(rows.Select(m => Math.Clamp(x.Share(values[m]), 0, 1)), 0, 1, Bins);
        double Edge(int bin) => x.At(kept.Edge(bin));
        string Range(int[] rows) => rows.Length == 0 ? "none" : $"{ReportNumber.Score(rows.Min(m => values[m]))} to {ReportNumber.Score(rows.Max(m => values[m]))}";
        static double Share(Histogram of, int bin) => of.Total == 0 ? 0 : 100.0 * of.Counts[bin] / of.Total;
        static double Tallest(Histogram of) => Enumerable.Range(0, Bins).Max(b => Share(of, b));
    }

    /// <summary>Sizes before and after.</summary>
    public void Classes()
    {
        var classes = Enumerable.Range(0, _scores.Count).GroupBy(m => _scores.Class[m])
            .Select(group => (Label: group.Key, All: group.Count(), Kept: group.Count(m => _scores.Kept[m]))).OrderByDescending(c => c.All).ThenBy(c => c.Label).ToArray();
        if (classes is [{ Label: ScoreTable.None }])
        {
            html.Element("p", "No latent classes were used.");
            return;
        }
        int bars = Math.Min(MostBars, classes.Length), empty = classes.Count(c => c.Kept == 0);
        string description = $"{ReportNumber.Count(classes.Length)} classes of {ReportNumber.Count(classes[^1].All)} to {ReportNumber.Images(classes[0].All)}; {(empty == 0 ? "every class kept some" : $"{ReportNumber.Count(empty)} kept none")}."
            + (bars < classes.Length ? $" The largest {bars} are drawn." : "");
        page.Figure("Sizes of the latent classes before and after, largest first. " + description, () =>
        {
            using (var chart = new SvgChart(html, "classes", "Sizes of the latent classes", description, (ChartAxis.Linear(0, bars), "latent classes, largest first"), (ChartAxis.Linear(0, classes[0].All), "images")))
                for (int c = 0; c < bars; c++)
                {
                    string title = $"class {run.ClassNames[classes[c].Label]}: {ReportNumber.Count(classes[c].Kept)} of {ReportNumber.Images(classes[c].All)} kept";
                    chart.Bar("bar-all", c + 0.1, c + 0.9, classes[c].All, title);
                    chart.Bar("bar-kept", c + 0.25, c + 0.75, classes[c].Kept, title);
                }
            ChartKey.Write(html, ("bar-all", ChartKey.Box, "in the pool (wide bars)"), ("bar-kept", ChartKey.Box, "kept (narrow bars)"));
        });
        page.Details("All classes", () =>
        {
            page.Table("Latent classes, largest first", ["class", "#images", "#kept", "#kept, %"], classes.Take(MostRows).Select(c => (string[])[run.ClassNames[c.Label], ReportNumber.Count(c.All), ReportNumber.Count(c.Kept), ReportNumber.Percent((double)c.Kept / c.All)]));
            if (classes.Length > MostRows) html.Element("p", $"{ReportNumber.Count(classes.Length - MostRows)} smaller classes are not listed; scores.csv has them.");
        });
    }

    /// <summary>The embedding in two dimensions.</summary>
    public void Map()
    {
        if (run.Embedding() is { } embedding) new SelectMap(run, html, page).Write(embedding);
        else html.Element("p", run.Manifest.Pool.Kind == "embeddings" ? "The embeddings are the pool itself and are not in this run folder, so there is no map." : "This way of choosing made no embedding, so there is no map.");
    }
}
