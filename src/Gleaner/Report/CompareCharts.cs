using System.Globalization;

namespace Gleaner;

/// <summary>Accuracy against budget, a chart a measure: every trial as a small mark, the mean of each arm as a line, and one standard deviation to either side.</summary>
sealed class CompareCharts(ComparisonTable table, HtmlWriter html, ReportPage page)
{
    // Arms at one budget stand beside each other, so that none hides another.
    const double Apart = 7;

    readonly Comparison _comparison = table.Comparison;

    public void Write()
    {
        using (html.Element("div", ("class", "charts")))
            for (int m = 0; m < _comparison.Measures.Count; m++) Measure(m);
    }

    void Measure(int m)
    {
        string measure = _comparison.Measures[m];
        ComparisonRow[] rows = [.. table.Rows.Where(row => row.Measure == measure && row.Values.N > 0)];
        if (rows.Length == 0)
        {
            html.Element("p", $"{measure}: nothing was run yet.");
            return;
        }
        var x = ChartAxis.Logarithmic(rows.Select(row => (double)row.Budget.Images));
        double[] shown = [.. rows.SelectMany(row => row.Values.All.Select(v => v.Value).Append(Low(row)).Append(High(row))).Select(v => 100 * v)];
        var y = ChartAxis.Linear(shown.Min(), shown.Max());
        string title = $"Accuracy by {measure}";
        page.Figure($"{title}: the line is the mean over seeds, the band (a bar at a single budget) is one standard deviation to either side, every small mark is one trial. Arms at one budget are drawn beside each other.", () =>
        {
            using (var chart = new SvgChart(html, $"accuracy-{m}", title, Description(rows), (x, "images trained on (logarithmic)"), (y, "top-1 accuracy, %")))
                for (int arm = 0; arm < _comparison.Arms.Count; arm++)
                    if (rows.Where(row => row.Arm == _comparison.Arms[arm]).OrderBy(row => row.Budget.Images).ToArray() is { Length: > 0 } own) Arm(chart, arm, own);
            Key(rows);
        });
    }

    void Arm(SvgChart chart, int arm, ComparisonRow[] rows)
    {
        var mark = ArmMark.Of(arm);
        double aside = _comparison.Arms[arm].IsWhole ? 0 : Apart * (arm - (_comparison.Arms.Count(a => !a.IsWhole) - 1) / 2.0);
        double X(ComparisonRow row) => chart.X(row.Budget.Images) + aside;
        double Y(double share) => chart.Y(100 * share);
        using (html.Element("g", ("style", mark.Style)))
        {
            html.Element("title", _comparison.Arms[arm].Name);
            if (rows.Length == 1 && rows[0].Values.StandardDeviation is not null) chart.Path("spread", [(X(rows[0]), Y(Low(rows[0]))), (X(rows[0]), Y(High(rows[0])))]);
            if (rows.Length > 1)
            {
                chart.Path("band", rows.Select(row => (X(row), Y(High(row)))).Concat(rows.Reverse().Select(row => (X(row), Y(Low(row))))));
                chart.Path("line", rows.Select(row => (X(row), Y(row.Values.Mean!.Value))), mark.Dash);
            }
            foreach (var row in rows)
                foreach (var value in row.Values.All) chart.Marks("trial", "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z", [(X(row), Y(value.Value))], $"{row.Arm.Name}, {row.Budget.Text}, seed {value.Seed}: {Points.Of(value.Value)} %");
            foreach (var row in rows) chart.Marks("mean", mark.Shape, [(X(row), Y(row.Values.Mean!.Value))], $"{row.Arm.Name}, {row.Budget.Text}: mean {Points.Of(row.Values.Mean!.Value)} % of {row.Values.N}");
        }
    }

    void Key(ComparisonRow[] rows)
    {
        using (html.Element("ul", ("class", "key")))
            for (int arm = 0; arm < _comparison.Arms.Count; arm++)
                if (rows.Any(row => row.Arm == _comparison.Arms[arm]))
                    using (html.Element("li"))
                    {
                        var mark = ArmMark.Of(arm);
                        using (html.Element("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 44 16"), ("aria-hidden", "true"), ("style", mark.Style)))
                        {
                            if (!_comparison.Arms[arm].IsWhole) html.Void("path", ("class", "line"), ("d", ChartKey.Stroke), ("stroke-dasharray", mark.Dash));
                            html.Void("path", ("class", "mean"), ("d", "M22 8" + mark.Shape));
                        }
                        html.Element("span", _comparison.Arms[arm].Name);
                    }
    }

    static double Low(ComparisonRow row) => row.Values.Mean!.Value - (row.Values.StandardDeviation ?? 0);

    static double High(ComparisonRow row) => row.Values.Mean!.Value + (row.Values.StandardDeviation ?? 0);

    static string Description(ComparisonRow[] rows) => string.Join("; ", rows.GroupBy(row => row.Arm.Name).Select(arm =>
        $"{arm.Key}: {string.Join(", ", arm.Select(row => string.Create(CultureInfo.InvariantCulture, $"{Points.Of(row.Values.Mean!.Value)} % with {ReportNumber.Images(row.Budget.Images)}")))}")) + ".";
}
