using System.Globalization;

namespace Gleaner;

/// <summary>The tables of a comparison: means and verdicts, every trial, cost, how to run it again.</summary>
sealed class CompareTables(ComparisonTable table, HtmlWriter html, ReportPage page)
{
    readonly Comparison _comparison = table.Comparison;

    public void Verdicts()
    {
        string against = table.Baseline?.Name ?? "a baseline";
        html.Element("p", $"Top-1 accuracy in percent. Differences are to {against} of the same seed, in points, with their 95 % interval by Student's t. Each interval stands for itself: of twenty comparisons of equals, one is expected to leave zero out.");
        foreach (string measure in _comparison.Measures)
        {
            html.Element("h3", measure);
            page.Table($"Accuracy by {measure}", ["arm", "budget", "#images", "#mean", "#± sd", "#seeds", "#difference", "#95 % interval", "verdict"], table.Rows.Where(row => row.Measure == measure).Select(Row));
            if (measure == _comparison.Measures[0]) continue; // the first one's sentences stand at the top
            using (html.Element("ul"))
                foreach (string sentence in CompareWords.Verdicts(table, measure)) html.Element("li", sentence);
        }
    }

    static string[] Row(ComparisonRow row)
    {
        string seeds = row.Values.N == row.Planned ? ReportNumber.Count(row.Planned) : $"{ReportNumber.Count(row.Values.N)} of {ReportNumber.Count(row.Planned)}";
        return [row.Arm.Name, row.Budget.Text, ReportNumber.Count(row.Budget.Images), Of(row.Values.Mean), Of(row.Values.StandardDeviation), seeds,
            row.Difference?.Mean is { } mean ? Points.Signed(mean) : "", row.Difference is { Low: { } low, High: { } high } ? $"{Points.Of(low)} to {Points.Of(high)}" : "", Verdict(row)];
    }

    static string Of(double? share) => share is { } known ? Points.Of(known) : "";

    static string Verdict(ComparisonRow row) => row.Values.N == 0 ? "not run" : row switch
    {
        { Arm.IsBaseline: true } => "the baseline",
        { Arm.IsWhole: true } => "all images",
        { Difference.N: > 0 and var pairs, Difference.Verdict: var verdict } => verdict switch
        {
            DifferenceVerdict.Better => "better",
            DifferenceVerdict.Worse => "worse",
            DifferenceVerdict.WithinNoise => "within noise",
            _ => $"{(pairs == 1 ? "one seed" : "all seeds alike")}: says nothing about noise",
        },
        _ => "no pair of seeds",
    };

    public void Overlaps()
    {
        if (_comparison.Overlaps.Count == 0)
        {
            html.Element("p", "Not known: fewer than two arms have chosen images, or the comparison was made by an older version.");
            return;
        }
        html.Element("p", "How many of their images two arms share, and how many they would by chance; a mean over the seeds where an arm draws anew for each. Arms that share most of their images are no two ways to choose.");
        page.Details($"All {ReportNumber.Count(_comparison.Overlaps.Count)} pairs", () => page.Table("Images that two arms share", ["arm", "and", "budget", "#images of each", "#in both", "#by chance"],
            _comparison.Overlaps.Select(pair => (string[])[pair.Arm, pair.Other, pair.Budget, ReportNumber.Count(pair.Images), Percent(pair.Shared), Percent(pair.ByChance(_comparison.Pool.Count))])));
    }

    static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    public void Trials()
    {
        html.Element("p", "No trial is left out.");
        page.Details($"All {ReportNumber.Count(_comparison.Trials.Count)} trials", () => page.Table("Every training and its judgement",
            ["arm", "budget", "#images", "#seed", .. _comparison.Measures.Select(measure => $"#{measure}, %"), "#steps", "#epochs", "#training", "#multiply-adds", "#judging"],
            _comparison.Trials.Select(trial => (string[])[trial.Arm, trial.Budget, ReportNumber.Count(trial.Images), $"{trial.Seed}", .. _comparison.Measures.Select(measure => trial.Scores.TryGetValue(measure, out double score) ? Points.Of(score) : ""),
                ReportNumber.Count(trial.Steps), trial.Epochs.ToString("0.##", CultureInfo.InvariantCulture), ReportNumber.Seconds(trial.PretrainSeconds), ReportNumber.Work(trial.PretrainMultiplyAdds), ReportNumber.Seconds(trial.EvaluateSeconds)])));
    }

    public void Cost()
    {
        string[] sentences = [.. CompareWords.Costs(_comparison)];
        if (sentences.Length > 0)
            using (html.Element("ul"))
                foreach (string sentence in sentences) html.Element("li", sentence + ".");
        if (_comparison.WholeSeconds is { } seconds)
            html.Element("p", $"A training on the whole pool {(_comparison.WholeSecondsMeasured ? "took" : "would take, by the speed of these,")} {ReportNumber.Seconds(seconds)} and {ReportNumber.Work(_comparison.WholeMultiplyAdds)} multiply-adds. A random subset saves as much as any other of its size, and costs nothing to choose.");
        page.Table("What choosing the images cost, once for all budgets and seeds", ["arm", "how", "#time", "#multiply-adds"], _comparison.Arms.Select(arm =>
            (string[])[arm.Name, arm.Description, ReportNumber.Seconds(arm.Cost.Seconds), arm.Cost.MultiplyAdds is { } work ? ReportNumber.Work(work) : "not counted"]));
    }

    public void Provenance()
    {
        html.Element("p", "Save this recipe as recipe.yaml (it is in the run folder too) and run it; paths in it are seen from its folder:");
        html.Element("pre", _comparison.Command, ("tabindex", "0"));
        html.Element("pre", _comparison.Recipe, ("tabindex", "0"));
        page.Table("Machine and versions", ["what", "value"], _comparison.Machine.Prepend(new("gleaner", _comparison.Gleaner)).Append(new("pool fingerprint", _comparison.Pool.Fingerprint)).Select(fact => (string[])[fact.Key, fact.Value]));
    }
}
