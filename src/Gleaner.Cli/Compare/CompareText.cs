using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>What a comparison tells its user, on one screen: the table, what it means in words, what it cost.</summary>
sealed class CompareText(Comparison comparison, string folder)
{
    readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        var table = ComparisonTable.Of(comparison);
        Line($"\n{comparison.Name}: {comparison.Trials.Count} of {comparison.CellsPlanned} trainings; {comparison.HeldEqual} each. {comparison.Training}.");
        Line($"{Terminal.Number(comparison.Pool.Count)} images to choose from ({comparison.Pool.Kind}); judged on {comparison.Test}.");
        foreach (string measure in comparison.Measures) Measure(table, measure);
        InWords(table);
        Cost();
        Line($"\nIn {folder}: report.html (all of it as one page, to be opened in a browser), comparison.json (everything), table.md, trials.csv (a line a training), recipe.yaml; cells/ has every encoder, and the commands that made it in its log.");
        return _text.ToString().TrimEnd('\n');
    }

    void Measure(ComparisonTable table, string measure)
    {
        var rows = table.Rows.Where(row => row.Measure == measure).ToArray();
        ComparisonBudget[] budgets = [.. rows.Select(row => row.Budget).Distinct().OrderBy(budget => budget.Images)];
        int width = Math.Max(measure.Length, rows.Max(row => row.Arm.Name.Length)) + 2;
        Line($"\n{measure.PadRight(width)}{string.Concat(budgets.Select(budget => budget.Text.PadRight(34)))}");
        foreach (var arm in rows.GroupBy(row => row.Arm.Name))
            Line(arm.Key.PadRight(width) + string.Concat(budgets.Select(budget => (arm.FirstOrDefault(row => row.Budget == budget) is { } row ? Entry(row) : "").PadRight(34))).TrimEnd());
    }

    static string Entry(ComparisonRow row)
    {
        if (row.Values is not { Mean: { } mean, N: var n }) return "not run";
        string spread = row.Values.StandardDeviation is { } s ? $" ± {Points.Of(s)}" : "", seeds = n == row.Planned ? Text($" ({n})") : Text($" ({n} of {row.Planned})");
        string difference = row.Difference is { Mean: { } d } diff ? $"  {Points.Signed(d)}{(diff is { Low: { } low, High: { } high } ? $" [{Points.Of(low)}, {Points.Of(high)}]" : "")}" : "";
        return $"{Points.Of(mean)}{spread}{seeds}{difference}";
    }

    void InWords(ComparisonTable table)
    {
        if (table.Baseline is not { } baseline) return;
        Line($"\nIn percent: mean ± standard deviation (seeds), then the difference to {baseline.Name} of the same seed with its 95 % interval by Student's t.");
        string[] measures = [.. from measure in comparison.Measures
                                let sentences = CompareWords.Headroom(table, measure).Concat(CompareWords.Verdicts(table, measure)).ToArray()
                                where sentences.Length > 0
                                select $"By {measure}:\n  {string.Join("\n  ", sentences)}"];
        if (measures.Length > 0) Line("\n" + string.Join('\n', measures));
        if (CompareWords.Chance(table) is { } chance) Line(chance);
        foreach (string sentence in AlikeArms.Sentences(comparison)) Line(sentence);
    }

    void Cost()
    {
        Line("");
        foreach (string sentence in CompareWords.Costs(comparison)) Line(sentence);
        if (comparison.WholeSeconds is { } seconds)
            Line($"A training on the whole pool {(comparison.WholeSecondsMeasured ? "took" : "would take, by the speed of these,")} {Terminal.Duration(seconds)} and {comparison.WholeMultiplyAdds.ToString("0.0e0", CultureInfo.InvariantCulture)} multiply-adds; a random subset saves as much as any other of its size.");
    }

    void Line(string text) => _text.Append(text).Append('\n');

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
