using System.Globalization;

namespace Gleaner;

/// <summary>A comparison in sentences.</summary>
static class CompareWords
{
    // Beyond so many comparisons chance is likely to have found something.
    const int FewComparisons = 10;

    /// <summary>What the first measure says, in a few words.</summary>
    public static string Headline(ComparisonTable table)
    {
        if (table.Baseline is not { } baseline) return "no arm to compare with";
        var verdicts = Compared(table, table.Comparison.Measures[0]).Select(row => row.Difference!.Verdict).ToArray();
        if (verdicts.Length == 0) return table.Comparison.Trials.Count == 0 ? "nothing was run yet" : $"nothing to compare with {baseline.Name} yet";
        if (verdicts.All(v => v is DifferenceVerdict.TooFew)) return "too few seeds to tell anything from noise";
        string Number(DifferenceVerdict verdict) => ReportNumber.Count(verdicts.Count(v => v == verdict));
        if (verdicts.All(v => v is DifferenceVerdict.WithinNoise))
        {
            string[] overall = [.. from arm in table.Comparison.Arms
                                   let over = table.OverBudgets(arm, table.Comparison.Measures[0])
                                   where over?.Verdict is DifferenceVerdict.Better or DifferenceVerdict.Worse
                                   select $"{arm.Name} is {(over.Mean > 0 ? "better" : "worse")}"];
            return overall.Length == 0 ? $"no arm differs from {baseline.Name} by more than noise" : $"no arm differs by more than noise at any one budget; over all budgets, {string.Join(", ", overall)} than {baseline.Name}";
        }
        return $"against {baseline.Name}, {Number(DifferenceVerdict.Better)} of {ReportNumber.Count(verdicts.Length)} better, {Number(DifferenceVerdict.Worse)} worse, {Number(DifferenceVerdict.WithinNoise)} within noise"
            + (verdicts.Contains(DifferenceVerdict.TooFew) ? $", {Number(DifferenceVerdict.TooFew)} with too few seeds" : "");
    }

    /// <summary>A sentence for every arm and budget that was compared, and for every arm over all its budgets.</summary>
    public static IEnumerable<string> Verdicts(ComparisonTable table, string measure)
    {
        if (table.Baseline is not { } baseline) yield break;
        foreach (var row in Compared(table, measure))
            yield return $"{row.Arm.Name}, {row.Budget.Text}: {row.Difference!.Sentence(baseline.Name)}{(row.Equivalent is { } equal ? $"; {(equal.Images is null ? "" : "as good as ")}{equal.Words}" : "")}";
        foreach (string sentence in table.OverBudgetsInWords(measure)) yield return sentence;
    }

    /// <summary>What selecting cost and when that pays off, for every arm that was selected and every budget that was run.</summary>
    public static IEnumerable<string> Costs(Comparison comparison) =>
        from arm in comparison.Arms
        where !arm.IsBaseline && !arm.IsWhole && arm.Cost.Stages.Count > 0
        from budget in comparison.Budgets
        let even = BreakEven.Of(comparison, arm, budget)
        where even is not null
        select $"{arm.Name}, {budget.Text}: {even.Sentence}";

    /// <summary>How many differences are expected by chance; null unless many were looked for.</summary>
    public static string? Chance(ComparisonTable table) =>
        table.Rows.Count(row => row.Difference is { N: > 1 }) + table.Comparison.Measures.Sum(measure => table.Comparison.Arms.Count(arm => table.OverBudgets(arm, measure) is { N: > 1 })) is > FewComparisons and var compared
        ? string.Create(CultureInfo.InvariantCulture, $"Of {compared} comparisons of equals at 95 %, about {0.05 * compared:0.#} are expected to look different by chance.") : null;

    /// <summary>What there is to win, where that is known.</summary>
    public static IEnumerable<string> Headroom(ComparisonTable table, string measure)
    {
        foreach (var budget in table.Comparison.Budgets)
            if (table.Headroom(budget, measure) is { } headroom)
                yield return $"What there is to win at {budget.Text}, {measure}: the whole pool at equal steps is {headroom.Sentence(table.Baseline!.Name)}.";
    }

    static IEnumerable<ComparisonRow> Compared(ComparisonTable table, string measure) => table.Rows.Where(row => row.Measure == measure && row.Difference is { N: > 0 });
}
