namespace Gleaner;

/// <summary>How the latent classes of a selection were found: the curve that K was chosen from, what was learned from a few labels, and how far they agree with labels that took no part.</summary>
sealed class SelectClasses(SelectRun run, HtmlWriter html, ReportPage page)
{
    const int LargestConfusion = 20;

    public void Write()
    {
        if (run.ClassCount is { } count) Curve(count);
        if (run.FewLabels is { } card) FewLabels(card);
        if (Fact("agree", "agreement") is { } agreement) html.Element("p", agreement);
    }

    void Curve(ClassCount count)
    {
        html.Element("p", count.Reason);
        if (count.Curve.Count == 0) return;
        html.Element("p", $"Looked for on {ReportNumber.Images(count.Rows)}. It is the K whose classes stand out most, not the K from which a selection is best: for SAS more classes than the true ones may be better.");
        string description = $"The silhouette of {ReportNumber.Count(count.Curve.Count)} K from {count.Curve[0].Classes} to {ReportNumber.Count(count.Curve[^1].Classes)}, and that of clouds with the same mean and covariance but without classes. Where the lines are farthest apart, the classes stand out most: at K = {count.Best!.Classes}, by {ReportNumber.Score(count.Best.Excess)}.";
        page.Figure(description, () =>
        {
            double low = Math.Min(0, count.Curve.Min(trial => Math.Min(trial.Silhouette, trial.ReferenceSilhouette))), high = count.Curve.Max(trial => Math.Max(trial.Silhouette, trial.ReferenceSilhouette));
            using (var chart = new SvgChart(html, "choose-k", "Silhouette by number of classes", description, (ChartAxis.Logarithmic(Ticks(count.Curve)), "K, number of classes"), (ChartAxis.Linear(low, high), "silhouette")))
            {
                Line(chart, "line-reference", trial => trial.ReferenceSilhouette);
                Line(chart, "step-kept", trial => trial.Silhouette);
                chart.Rule(count.Best.Classes, $"K = {count.Best.Classes}");
            }
            ChartKey.Write(html, ("step-kept", ChartKey.Stroke, "these images (thick line)"), ("line-reference", ChartKey.Stroke, "clouds without classes (thin line)"));
            page.Details("The numbers", () => page.Table("Every K that was tried", ["#K", "#silhouette", "#without classes", "#excess", "#inertia per image", "#smallest class"],
                count.Curve.Select(trial => (string[])[ReportNumber.Count(trial.Classes), ReportNumber.Score(trial.Silhouette), ReportNumber.Score(trial.ReferenceSilhouette), ReportNumber.Score(trial.Excess), ReportNumber.Score(trial.Inertia), ReportNumber.Count(trial.SmallestClass)])));
        });

        void Line(SvgChart chart, string css, Func<ClassCountTrial, double> value) => chart.Path(css, count.Curve.Select(trial => (chart.X(trial.Classes), chart.Y(value(trial)))));
    }

    void FewLabels(FewLabelsCard card)
    {
        if (Fact("classes", "learned") is { } learned)
            foreach (string line in learned.Split('\n')) html.Element("p", line);
        page.Details("How L2 was chosen, and how held-out labels were named", () =>
        {
            page.Table("Every L2 that was tried, on held-out labels", ["#L2", "#named rightly, %", "#mean loss, nats"], card.Grid.Select(trial => (string[])[trial.WeightDecay.ToString("g3", System.Globalization.CultureInfo.InvariantCulture),
                trial.ValidationAccuracy is { } accuracy ? ReportNumber.Percent(accuracy) : "", trial.ValidationLoss is { } loss ? ReportNumber.Score(loss) : ""]));
            if (card.Confusion is not { } confusion) return;
            string[] names = [.. card.Labels.Select(label => run.ClassNames[label])];
            if (names.Length <= LargestConfusion)
                page.Table("Held-out labels: own class (rows), named (columns)", ["own class", .. names.Select(name => "#" + name)], names.Select((name, k) => (string[])[name, .. confusion[k].Select(n => ReportNumber.Count(n))]));
            else
                page.Table("Held-out labels by class", ["own class", "#held out", "#named rightly"], names.Select((name, k) => (string[])[name, ReportNumber.Count(confusion[k].Sum()), ReportNumber.Count(confusion[k][k])]));
        });
    }

    // Both ends, and round numbers that leave room for their labels.
    static IEnumerable<double> Ticks(IReadOnlyList<ClassCountTrial> curve)
    {
        double low = curve[0].Classes, high = curve[^1].Classes;
        return ((double[])[5, 10, 20, 50, 100, 200, 500, 1000]).Where(k => k > 1.4 * low && 1.4 * k < high).Append(low).Append(high);
    }

    string? Fact(string stage, string name) => run.Manifest.Stages.FirstOrDefault(made => made.Stage == stage)?.Facts.GetValueOrDefault(name);
}
