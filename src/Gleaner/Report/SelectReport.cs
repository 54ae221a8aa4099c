namespace Gleaner;

/// <summary>What a selection kept and dropped, as one HTML file that needs nothing else.</summary>
public static class SelectReport
{
    /// <summary>Writes the report of a run folder of <c>gleaner select</c>; the same folder gives the same bytes. Takes the embedding's memory and some 100 bytes an image.</summary>
    /// <exception cref="InvalidDataException">A file of the run is missing or damaged.</exception>
    public static void Write(string runFolder, Stream target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(runFolder);
        ArgumentNullException.ThrowIfNull(target);
        using var run = SelectRun.Open(runFolder);
        using var writer = new StreamWriter(target, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
        Write(run, new HtmlWriter(writer));
    }

    static void Write(SelectRun run, HtmlWriter html)
    {
        var page = new ReportPage(html);
        var charts = new SelectCharts(run, html, page);
        var tables = new SelectTables(run, html, page);
        page.Write("Gleaner selection", Headline(run.Manifest), () => Lead(run, html, page),
        [
            ("Kept and dropped images", () => new SelectSheets(run, html, page).Write()),
            ("Scores", charts.Scores),
            ("Latent classes", () =>
            {
                new SelectClasses(run, html, page).Write();
                charts.Classes();
            }),
            ("Map of the embedding", charts.Map),
            ("Repeated images", tables.Duplicates),
            ("Unreadable images", tables.Unreadable),
            ("What it cost", tables.Cost),
            ("How it was made", tables.Provenance),
        ], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Gleaner {run.Manifest.Gleaner}; the run ended {run.Manifest.Finished.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. This file needs nothing else."));
    }

    /// <summary>What was kept of how many, and how, in a line.</summary>
    internal static string Headline(RunManifest manifest)
    {
        var subset = manifest.Subset;
        string how = subset.Objective switch
        {
            "random" => "at random",
            "balanced" => "at random within each latent class",
            var objective => "by " + objective,
        };
        return $"Kept {ReportNumber.Count(subset.Count)} of {ReportNumber.Images(manifest.Pool.Count - manifest.Pool.Unreadable)} ({ReportNumber.Percent(subset.Fraction)} %) {how}";
    }

    static void Lead(SelectRun run, HtmlWriter html, ReportPage page)
    {
        var (pool, subset) = (run.Manifest.Pool, run.Manifest.Subset);
        html.Element("p", $"The pool is {pool.Path} ({pool.Kind}): {ReportNumber.Images(pool.Count)}{(pool.Unreadable > 0 ? $", {ReportNumber.Count(pool.Unreadable)} of which cannot be read" : "")}."
            + (subset.Classes is { } classes ? $" It was divided into {ReportNumber.Count(classes)} latent {(classes == 1 ? "class" : "classes")}." : " No latent classes were used."));
        if (subset is { MeanSimilarityKept: { } kept, MeanSimilarityDropped: { } dropped })
            html.Element("p", $"The mean similarity to the rest of their class is {ReportNumber.Score(kept)} for kept images and {ReportNumber.Score(dropped)} for dropped ones."
                + (subset.MeanSimilarityToKept is { } near ? $" On average a dropped image has a similarity of {ReportNumber.Score(near)} to the most similar kept one of its class." : ""));
        if (subset.KeptByList > 0) html.Element("p", $"{ReportNumber.Images(subset.KeptByList)} of the subset came from a list of images to keep, and come first.");
        if (subset.ExactDuplicatesKept > 0) html.Element("p", $"{ReportNumber.Images(subset.ExactDuplicatesKept)} of the subset repeat an earlier image of the pool exactly; --dedup exact leaves such images out.");
        page.Note("Whether this subset beats a random one of the same size is not measured here: this page shows what was chosen, not what is learned from it. "
            + "To measure it, train on both with several seeds: gleaner compare does so from a recipe (experiments/sample.yaml is one to start from).");
    }
}
