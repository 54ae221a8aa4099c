using System.Globalization;

namespace Gleaner;

/// <summary>What a comparison found, as one HTML file that needs nothing else.</summary>
public static class CompareReport
{
    /// <summary>Writes the report of a run folder of <c>gleaner compare</c>; the same folder gives the same bytes.</summary>
    /// <exception cref="InvalidDataException">The comparison is missing or damaged.</exception>
    public static void Write(string runFolder, Stream target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(runFolder);
        ArgumentNullException.ThrowIfNull(target);
        string file = Path.Combine(runFolder, "comparison.json");
        if (!File.Exists(file)) throw new InvalidDataException($"{runFolder}: no comparison.json in it; expected the run folder of gleaner compare. Run the comparison again; what is done is not repeated.");
        var table = TableOf(Comparison.Read(file), file);
        using var writer = new StreamWriter(target, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
        Write(table, new HtmlWriter(writer));
    }

    static ComparisonTable TableOf(Comparison comparison, string file)
    {
        if (comparison.Measures.Count == 0 || comparison.Arms.Count == 0) throw new InvalidDataException($"{file}: has no measures or no arms. Run gleaner compare again.");
        if (comparison.Trials.Any(trial => trial.Images < 1 || trial.Scores.Values.Any(score => !double.IsFinite(score))) || comparison.Budgets.Any(budget => budget.Images < 1))
            throw new InvalidDataException($"{file}: has a budget or a trial without images, or a score that is no number. Run gleaner compare again.");
        try
        {
            return ComparisonTable.Of(comparison);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{file}: {error.Message} Run gleaner compare again.", error);
        }
    }

    static void Write(ComparisonTable table, HtmlWriter html)
    {
        var comparison = table.Comparison;
        var page = new ReportPage(html);
        var tables = new CompareTables(table, html, page);
        page.Write("Gleaner comparison", $"{comparison.Name}: {CompareWords.Headline(table)}", () => Lead(table, html, page),
        [
            ("Accuracy against budget", () => new CompareCharts(table, html, page).Write()),
            ("Means, differences and verdicts", tables.Verdicts),
            ("Which images were chosen alike", tables.Overlaps),
            ("Every trial", tables.Trials),
            ("What it cost and when that pays off", tables.Cost),
            ("How it was made", tables.Provenance),
        ], string.Create(CultureInfo.InvariantCulture, $"Gleaner {comparison.Gleaner}; the last trial ended {comparison.Finished.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. This file needs nothing else."));
    }

    static void Lead(ComparisonTable table, HtmlWriter html, ReportPage page)
    {
        var comparison = table.Comparison;
        html.Element("p", $"{ReportNumber.Count(comparison.Trials.Count)} of {ReportNumber.Count(comparison.CellsPlanned)} trainings are done; {comparison.HeldEqual} each. {comparison.Training}. "
            + $"{ReportNumber.Images(comparison.Pool.Count)} to choose from ({comparison.Pool.Path}, {comparison.Pool.Kind}); judged on {comparison.Test} ({comparison.Probe}).");
        string[] sentences = [.. CompareWords.Verdicts(table, comparison.Measures[0])];
        if (sentences.Length > 0)
        {
            html.Element("p", $"By {comparison.Measures[0]}:");
            using (html.Element("ul"))
                foreach (string sentence in sentences) html.Element("li", sentence);
        }
        if (CompareWords.Chance(table) is { } chance) html.Element("p", chance);
        foreach (string sentence in AlikeArms.Sentences(comparison)) html.Element("p", sentence);
        string[] headroom = [.. comparison.Measures.SelectMany(measure => CompareWords.Headroom(table, measure))];
        page.Note(headroom.Length > 0 ? headroom : ["What there is to win at all is not known here: that takes an arm with the whole pool, trained for as many steps of as many images as the subsets."]);
    }
}
