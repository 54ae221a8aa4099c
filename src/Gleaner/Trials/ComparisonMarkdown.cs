using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>A comparison as tables of text.</summary>
static class ComparisonMarkdown
{
    public static string Of(ComparisonTable table)
    {
        var text = new StringBuilder();
        foreach (string measure in table.Comparison.Measures) Measure(text, table, measure);
        foreach (string sentence in AlikeArms.Sentences(table.Comparison)) Line(text, $"- {Escaped(sentence)}");
        return text.ToString();
    }

    static void Measure(StringBuilder text, ComparisonTable table, string measure)
    {
        var rows = table.Rows.Where(row => row.Measure == measure).ToArray();
        ComparisonBudget[] budgets = [.. rows.Select(row => row.Budget).Distinct().OrderBy(budget => budget.Images)];

        Line(text, $"### {measure}\n");
        Line(text, $"| arm | {string.Join(" | ", budgets.Select(budget => Text($"{Escaped(budget.Text)} ({budget.Images:N0} images)")))} |");
        Line(text, $"|---|{string.Concat(budgets.Select(_ => "---|"))}");
        foreach (var arm in rows.GroupBy(row => row.Arm.Name))
            Line(text, $"| {Escaped(arm.Key)} | {string.Join(" | ", budgets.Select(budget => arm.FirstOrDefault(row => row.Budget == budget) is { } row ? Cell(row) : ""))} |");

        Line(text, $"\nTop-1 accuracy in percent: mean ± standard deviation (seeds){Against(table)}.\n");
        foreach (var budget in budgets.Where(table.Comparison.Budgets.Contains))
            if (table.Headroom(budget, measure) is { } headroom) Line(text, $"- What there is to win at {Escaped(budget.Text)}: the whole pool at equal steps, {headroom.Sentence(table.Baseline!.Name)}");
        foreach (string sentence in table.OverBudgetsInWords(measure)) Line(text, $"- {Escaped(sentence)}");
        foreach (var row in rows.Where(row => row.Values.N > 0))
            Line(text, $"- {Escaped(row.Arm.Name)}, {Escaped(row.Budget.Text)}: {string.Join(", ", row.Values.All.Select(v => Text($"{Points.Of(v.Value)} (seed {v.Seed})")))}");
        text.Append('\n');
    }

    static string Against(ComparisonTable table) => table.Baseline is not { } baseline ? "" :
        $"; then the mean difference to {Escaped(baseline.Name)} of the same seed in points, with its 95 % interval by Student's t, in bold where it leaves zero out. Each interval stands for itself: of twenty comparisons of equals, one is expected to leave it out";

    static string Cell(ComparisonRow row)
    {
        if (row.Values is not { Mean: { } mean, N: var n }) return "not run";
        string spread = row.Values.StandardDeviation is { } s ? $" ± {Points.Of(s)}" : "", seeds = n == row.Planned ? Text($"{n}") : Text($"{n} of {row.Planned}");
        return $"{Points.Of(mean)}{spread} ({seeds}){(row.Difference is { } difference ? Difference(difference) : "")}";
    }

    static string Difference(PairedDifference difference)
    {
        if (difference.Mean is not { } mean) return "";
        if (difference is not { Low: { } low, High: { } high }) return $"<br>{Points.Signed(mean)} ({(difference.N == 1 ? "one seed" : "no interval")})";
        string bold = difference.Verdict is DifferenceVerdict.WithinNoise ? "" : "**";
        return $"<br>{bold}{Points.Signed(mean)}{bold} ({Points.Of(low)} to {Points.Of(high)})";
    }

    // Names come from recipes; they must stay in their cell.
    static string Escaped(string name) => name.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
