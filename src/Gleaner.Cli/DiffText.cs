using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>A comparison of two subsets on one screen.</summary>
sealed class DiffText(DiffReport report)
{
    const int MostClasses = 20;

    readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        var subsets = report.Subsets;
        int width = Math.Max(report.A.Length, report.B.Length);
        Line($"A  {report.A.PadRight(width)}  {Images(subsets.First)}");
        Line($"B  {report.B.PadRight(width)}  {Images(subsets.Second)}");
        Line("");
        Line($"In both: {Number(subsets.Overlap)} images, {Percent(subsets.ShareOfFirst)} of A and {Percent(subsets.ShareOfSecond)} of B; Jaccard {Decimal(subsets.Jaccard)}.");
        if (subsets.ByChance is { } chance) Line($"Two random subsets of these sizes of {Number(subsets.PoolSize!.Value)} images share {Expected(chance)}");
        else Line("Whether that is more than chance is not known: give --pool-size N, or a run folder.");
        if (subsets.ByChanceWithinClasses is { } within) Line($"Random ones with as many images of each class share {Expected(within)}");
        Order(subsets);
        Prefixes(subsets);
        if (subsets.Classes is { } classes) Classes(classes);
        if (report.Notes.Count > 0) Line("");
        foreach (string note in report.Notes) Line("Note: " + note);
        return _text.ToString().TrimEnd('\n');
    }

    /// <summary>What a reader must know about these two lists to read the numbers right.</summary>
    public static IReadOnlyList<string> Notes(DiffInput a, DiffInput b, SubsetComparison subsets, string? classesFrom)
    {
        var notes = new List<string>();
        foreach (var (name, input, list) in new[] { ("A", a, subsets.First), ("B", b, subsets.Second) })
        {
            if (list.Count == 0) notes.Add($"{name} is empty.");
            if (list.Count > list.Different)
                notes.Add($"{name} has {Number(list.Count)} entries but {Number(list.Different)} different images, as a list drawn with replacement; each image counts once here.");
            if (list.IsSortedByIndex) notes.Add($"{name} is sorted by index, so its order carries no meaning and is not compared.");
        }
        if (subsets.First.Different > 0 && a.Indices.SequenceEqual(b.Indices)) notes.Add("A and B are the same list, in the same order.");
        else if (subsets.Jaccard == 1) notes.Add("A and B hold the same images.");
        if (a.Manifest is { } of && b.Manifest is { } other && of.Pool.Fingerprint != other.Pool.Fingerprint)
            notes.Add($"the runs have different pools ({of.Pool.Path} and {other.Pool.Path}); compare them only if both list the same images in the same order.");
        if (a.Classes is { } classesA && b.Classes is { } classesB && classesFrom == a.Path && !classesA.AsSpan().SequenceEqual(classesB))
            notes.Add("the runs have different latent classes; those of A are used.");
        return notes;
    }

    string Images(SubsetComparison.List list) => list.Count == list.Different ? $"{Number(list.Count)} images" : $"{Number(list.Count)} entries, {Number(list.Different)} different images";

    string Expected(SubsetComparison.Chance chance)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"{chance.Mean:#,0.#} on average (standard deviation {chance.StandardDeviation:0.0})");
        if (chance.DeviationsAbove is not { } deviations) return expected + " and never another number.";
        string factor = chance.Mean > 0 ? $"{Decimal(report.Subsets.Overlap / chance.Mean)} times that, " : "";
        string far = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(deviations):0.0} deviations {(deviations < 0 ? "below" : "above")}");
        return $"{expected}: these share {factor}{far}{(Math.Abs(deviations) < 2 ? ", which chance explains" : "")}.";
    }

    void Order(SubsetComparison subsets)
    {
        if (subsets.Order is not null || report.Rankings is not null) Line("");
        if (subsets.Order is { } order) Line($"Order of the {Number(order.Images)} images in both: Spearman {Signed(order.Spearman)}, Kendall tau {Signed(order.KendallTauB)} (1 the same, 0 unrelated, -1 reversed).");
        if (report.Rankings is { } rankings) Line($"Order of all {Number(rankings.Images)} images that both runs ranked: Spearman {Signed(rankings.Spearman)}, Kendall tau {Signed(rankings.KendallTauB)}.");
    }

    void Prefixes(SubsetComparison subsets)
    {
        if (subsets.Prefixes.Count < 2) return;
        int? pool = subsets.PoolSize;
        Line("\n   first         A         B      both     share" + (pool is null ? "" : "   by chance"));
        foreach (var (share, first, second, both) in subsets.Prefixes)
        {
            string chance = pool is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)first * second / pool,12:#,0.0}");
            Line($"{Percent0(share),8}{Number(first),10}{Number(second),10}{Number(both),10}{Percent(first == 0 || second == 0 ? null : (double)both / Math.Min(first, second)),10}{chance}");
        }
    }

    void Classes(IReadOnlyList<SubsetComparison.Class> classes)
    {
        Line("\n   class    images         A         B      both   by chance");
        var shown = classes.Count <= MostClasses ? classes : [.. classes.OrderByDescending(k => k.First + k.Second).Take(MostClasses).OrderBy(k => k.Label)];
        foreach (var k in shown)
            Line(string.Create(CultureInfo.InvariantCulture, $"{k.Label,8}{Number(k.Images),10}{Number(k.First),10}{Number(k.Second),10}{Number(k.Both),10}{k.BothByChance,12:#,0.0}"));
        if (classes.Count > MostClasses) Line($"   and {Number(classes.Count - MostClasses)} classes with fewer of these images: see --json");
    }

    static string Number(long value) => Terminal.Number(value);

    static string Percent(double? share) => share is { } s ? (100 * s).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    static string Percent0(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    static string Decimal(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    static string Signed(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    void Line(string text) => _text.Append(text).Append('\n');
}
