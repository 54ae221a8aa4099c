namespace Gleaner;

/// <summary>A comparison's numbers, ready to be read.</summary>
public sealed class ComparisonTable
{
    ComparisonTable(Comparison comparison, IReadOnlyList<ComparisonRow> rows) => (Comparison, Rows) = (comparison, rows);

    /// <summary>What the rows are of.</summary>
    public Comparison Comparison { get; }

    /// <summary>A row for each measure, arm and budget, also where nothing was run yet: measures and arms in the recipe's order, budgets ascending.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>The arm that the others are measured against; null if there is none.</summary>
    public ComparisonArm? Baseline => BaselineOf(Comparison);

    /// <summary>Means, spreads and differences of every arm at every budget. A trial belongs to a row by its arm's name and its budget's text.</summary>
    /// <exception cref="ArgumentException">A seed appears twice in one arm and budget.</exception>
    public static ComparisonTable Of(Comparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return new ComparisonTable(comparison, [.. comparison.Measures.SelectMany(measure => RowsOf(comparison, measure))]);
    }

    /// <summary>
    /// What there is to win at a budget: how much better the whole pool does than the baseline with the same steps, batches and seeds. A subset can win more only if it is better than having every image.
    /// Null where the whole pool was not trained, or not for as many steps.
    /// </summary>
    public PairedDifference? Headroom(ComparisonBudget budget, string measure)
    {
        ArgumentNullException.ThrowIfNull(budget);
        if (Baseline is not { } baseline || Comparison.Arms.FirstOrDefault(arm => arm.IsWhole) is not { } whole) return null;
        Trial[] all = [.. Cell(Comparison, whole, budget).Select(trial => trial with { Budget = budget.Text })], drawn = Cell(Comparison, baseline, budget);
        return all.Length > 0 && drawn.Length > 0 && AreOfEqualWork([.. all, .. drawn]) ? PairedDifference.Of(all, drawn, measure) : null;
    }

    /// <summary>
    /// An arm against the baseline over all budgets at which both have trials: for each seed that has them all, the mean of its differences. What is small and the same everywhere shows here sooner than at one
    /// budget. The budgets of a seed share first weights and nested random subsets, so a seed counts once, however many budgets it has. Null where fewer than two budgets were compared, or no seed has them all.
    /// </summary>
    public PairedDifference? OverBudgets(ComparisonArm arm, string measure)
    {
        ArgumentNullException.ThrowIfNull(arm);
        IReadOnlyList<SeedValue>[] budgets = [.. from row in Rows where row.Arm == arm && row.Measure == measure && row.Difference is { N: > 0 } select row.Difference!.Values.All];
        if (budgets.Length < 2) return null;
        SeedValue[] means = [.. from difference in budgets.SelectMany(differences => differences)
                                group difference.Value by difference.Seed into seed
                                where seed.Count() == budgets.Length
                                orderby seed.Key
                                select new SeedValue(seed.Key, seed.Average())];
        return means.Length == 0 ? null : new(new SeedValues(means));
    }

    /// <summary>A sentence for every arm that was compared at several budgets: all of them together.</summary>
    internal IEnumerable<string> OverBudgetsInWords(string measure) =>
        from arm in Comparison.Arms
        let over = OverBudgets(arm, measure)
        where over is not null
        select $"{arm.Name}, all budgets together: {over.Sentence(Baseline!.Name)}";

    /// <summary>Markdown: for each measure a table of arms and budgets, and below it every trial.</summary>
    public string ToMarkdown() => ComparisonMarkdown.Of(this);

    /// <summary>Every trial as one line of RFC 4180 text, with a line of names above; texts that a spreadsheet would take for a formula begin with an apostrophe.</summary>
    public string ToCsv() => TrialsCsv.Of(Comparison);

    /// <summary>The budgets that an arm is trained at, ascending.</summary>
    internal static IEnumerable<ComparisonBudget> BudgetsOf(Comparison comparison, ComparisonArm arm) =>
        arm.IsWhole ? [new ComparisonBudget(ComparisonBudget.WholePool, comparison.Pool.Count)] : comparison.Budgets.OrderBy(budget => budget.Images);

    /// <summary>The trials of one cell; the whole pool has one cell, however its budget is spelled.</summary>
    internal static Trial[] Cell(Comparison comparison, ComparisonArm arm, ComparisonBudget budget) =>
        [.. comparison.Trials.Where(trial => trial.Arm == arm.Name && (arm.IsWhole || trial.Budget == budget.Text))];

    // As many steps of nearly as many images: where an epoch is cut into even batches, these are a little smaller than the largest that was allowed.
    static bool AreOfEqualWork(Trial[] trials) => trials.All(t => t.Steps == trials[0].Steps && Math.Abs(t.Epochs * t.Images / (trials[0].Epochs * trials[0].Images) - 1) < 0.05);

    static ComparisonArm? BaselineOf(Comparison comparison) => comparison.Arms.FirstOrDefault(arm => arm.IsBaseline);

    // Over the seeds that the arm and every budget of the baseline have, as differences are: else it could contradict them. Null if there is none.
    static RandomEquivalent? EquivalentOf(SeedValues arm, (int Images, SeedValues Values)[] curve, int poolSize, string baseline)
    {
        var seeds = arm.All.Select(value => value.Seed).ToHashSet();
        foreach (var (_, values) in curve) seeds.IntersectWith(values.All.Select(value => value.Seed));
        double Mean(SeedValues values) => values.All.Where(value => seeds.Contains(value.Seed)).Average(value => value.Value);
        return seeds.Count == 0 ? null : RandomEquivalent.Of(Mean(arm), [.. curve.Select(point => (point.Images, Mean(point.Values)))], poolSize, baseline);
    }

    static IEnumerable<ComparisonRow> RowsOf(Comparison comparison, string measure)
    {
        var baseline = BaselineOf(comparison);
        (int Images, SeedValues Values)[] curve = baseline is null ? [] : [.. from budget in BudgetsOf(comparison, baseline)
                                                                              let values = SeedValues.Of(Cell(comparison, baseline, budget), measure)
                                                                              where values.N > 0
                                                                              select (budget.Images, values)];
        foreach (var arm in comparison.Arms)
            foreach (var budget in BudgetsOf(comparison, arm))
            {
                var cell = Cell(comparison, arm, budget);
                var values = SeedValues.Of(cell, measure);
                bool isCompared = baseline is not null && arm != baseline && !arm.IsWhole;
                yield return new ComparisonRow
                {
                    Arm = arm,
                    Budget = budget,
                    Measure = measure,
                    Planned = comparison.Seeds.Count,
                    Values = values,
                    Difference = isCompared ? PairedDifference.Of(cell, Cell(comparison, baseline!, budget), measure) : null,
                    Equivalent = isCompared && values.N > 0 ? EquivalentOf(values, curve, comparison.Pool.Count, baseline!.Name) : null,
                };
            }
    }
}
