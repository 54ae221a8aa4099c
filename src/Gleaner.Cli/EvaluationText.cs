using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>An evaluation for people, on one screen.</summary>
sealed class EvaluationText(EvaluationReport report, string file)
{
    const int MostClasses = 20;

    readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        Accuracies();
        Classes();
        if (report.Geometry is { } geometry) Geometry(geometry);
        Line($"\nThe encoder is unchanged (hash {report.EncoderHash[..12]}). Nothing was chosen on the test images. Everything, per class and per draw: {Terminal.Shown(file)}");
        return _text.ToString().TrimEnd('\n');
    }

    void Accuracies()
    {
        var (linear, knn) = (report.Linear, report.Neighbours);
        Line($"\n{report.Architecture}, {report.Dimension} features; {Terminal.Number(report.TrainingImages)} labelled images of {report.Pool}, tested on {Terminal.Number(report.TestImages)}: {report.Test}.{(report.TestImagesLeftOut > 0 ? $" {Terminal.Number(report.TestImagesLeftOut)} more have labels that no training image has, and are left out." : "")}\n");
        Line($"   {"",-42}{"top-1",8}{"top-5",8}");
        Row("linear probe", linear.Test);
        Row(string.Create(CultureInfo.InvariantCulture, $"{knn.Neighbours} nearest neighbours, {(knn.Temperature is { } t ? $"temperature {t}" : "plain votes")}"), knn.Test);
        foreach (var baseline in report.Baselines ?? [])
        {
            Row($"{baseline.Name}, linear probe", baseline.Linear.Test);
            Row($"{baseline.Name}, nearest neighbours", baseline.Neighbours.Test);
        }
        foreach (var few in report.FewShot ?? [])
            Line($"   {$"linear probe, {Percent(few.Share)} of the labels ({few.Images})",-42}{100 * few.Mean,7:0.0}%{"",8}  {(few.StandardDeviation is { } deviation ? string.Create(CultureInfo.InvariantCulture, $"± {100 * deviation:0.0} over {few.Draws.Count} draws") : "one draw")}");
        Line($"\nLinear probe: weight decay {linear.WeightDecay:0.#e-0}{(linear.IsChosenByValidation ? $", chosen on {Terminal.Number(linear.ValidationImages)} of the training images" : "")}; {100 * linear.TrainingAccuracy:0.0} % on its training images.");
        foreach (string remark in linear.Remarks) Line("  " + remark);
        foreach (var baseline in report.Baselines ?? [])
            foreach (string remark in baseline.Linear.Remarks) Line($"  {baseline.Name}: {remark}");
        foreach (var few in report.FewShot ?? [])
            foreach (var remark in few.Draws.SelectMany(draw => draw.Probe.Remarks).CountBy(remark => remark)) Line($"  {Percent(few.Share)} of the labels, {remark.Value} of {few.Draws.Count} draws: {remark.Key}");
    }

    void Classes()
    {
        var classes = report.Linear.Test.Classes;
        Line("\n   class    images    linear   neighbours");
        for (int k = 0; k < Math.Min(MostClasses, classes.Count); k++)
            Line($"{classes[k].Label,8}{Terminal.Number(classes[k].Images),10}{100 * classes[k].Accuracy,9:0.0}%{100 * report.Neighbours.Test.Classes[k].Accuracy,12:0.0}%");
        if (classes.Count > MostClasses) Line($"   and {Terminal.Number(classes.Count - MostClasses)} more");
    }

    void Geometry(GeometryReport geometry)
    {
        var pool = geometry.Pool;
        Line($"\nGeometry of {pool.Views} views of {Terminal.Number(pool.Images)} images ({geometry.Views}), unit rows:");
        Line($"   alignment {pool.Alignment:0.000} (mean squared distance of two views of an image; smaller is closer), uniformity {pool.Uniformity?.Value:0.00} (lower is more even)");
        Line($"   effective rank {pool.Spectrum.EffectiveRank:0.0} of {pool.Dimension} (centred {pool.Spectrum.CenteredEffectiveRank:0.0}), spread {pool.Spectrum.Spread:0.00}");
        if (pool.Centers is { Closest: [var a, var b] } centers) Line($"   class centers: lengths {centers.Lengths.Min():0.00} to {centers.Lengths.Max():0.00}; the closest are those of {a} and {b}, product {centers.LargestProduct:0.000}");
        if (geometry.Bound is { } bound) Line($"   bound on the error of nearest centers: {bound.Verdict}");
        if (geometry.Subset is { } subset) Subset(subset);
    }

    void Subset(SubsetPreservation subset)
    {
        var own = subset.Subset;
        Line($"   subset of {Terminal.Number(subset.Images)}: class centers move by {own.MeanCenterDistance:0.0000} on average, {own.LargestCenterDistance:0.0000} at most; random subsets of that size, with the pool's share of every class, by {subset.RandomMeanCenterDistance:0.0000}");
        Line($"   ({(subset.ShareOfRandomBeaten is { } share ? $"closer to the pool's than {Percent(share)} of {subset.Random.Count} random subsets" : own.MissedClasses.Count > 0 ? "not compared with them, as it misses classes" : "no random subsets drawn")}); alignment {own.Alignment:0.000}, {own.AlignmentRatio:0.00} times the pool's.");
        if (own.MissedClasses.Count > 0) Line($"   the subset has no image of {own.MissedClasses.Count} classes: {string.Join(", ", own.MissedClasses.Take(MostClasses))}");
    }

    void Row(string what, ProbeScore score) => Line($"   {what,-42}{100 * score.Top1,7:0.0}%{(score.Top5 is { } five ? (100 * five).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "-"),8}");

    static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    void Line(string text) => _text.Append(text).Append('\n');
}
