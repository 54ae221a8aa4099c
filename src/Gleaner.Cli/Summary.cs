using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>What a finished selection tells its user, on one screen.</summary>
sealed class Summary(SelectSettings settings, PoolInput pool, Candidates candidates, Ranking ranking, SubsetResult result, RunManifest manifest, string folder)
{
    const int MostClasses = 20;

    readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        Headline();
        Found();
        Classes();
        Cost();
        FilesAndNext();
        return _text.ToString().TrimEnd('\n');
    }

    void Headline()
    {
        var subset = manifest.Subset;
        string how = settings.Objective switch
        {
            "random" => "at random",
            "balanced" => $"at random within {subset.Classes} latent classes",
            _ when !SelectorChoice.UsesThreshold(settings) => $"by {settings.Objective}{SelectorChoice.Within(settings, subset.Classes ?? 1)}",
            _ => $"by {settings.Objective} within {subset.Classes} latent classes ({(settings.Threshold is { } t ? $"similarities below {Number(t)} count as 0" : "no threshold")})",
        };
        Line($"\nKept {Terminal.Number(subset.Count)} of {Terminal.Number(result.Subset.PoolSize)} images ({100 * subset.Fraction:0.##} %) {how}.");
        if (manifest.Pool.Unreadable > 0) Line($"{Terminal.Number(manifest.Pool.Unreadable)} more cannot be read: see unreadable.csv.");
        if (subset.KeptByList > 0) Line($"{Terminal.Number(subset.KeptByList)} of them were given by {settings.KeepFile} and come first.");
        if (subset.Excluded > 0) Line($"{Terminal.Number(subset.Excluded)} images were excluded by {settings.ExcludeFile}.");
        if (result.Duplicates is { } duplicates)
            Line($"{Terminal.Number(duplicates.Removed.Count)} images of the pool repeat one that stays ({(settings.DedupEpsilon is { } epsilon ? $"similarity {DedupStage.Similarity(epsilon)} or more, within a class" : "exact copies")}) and are left out{(duplicates.Removed.Count > 0 ? ": see duplicates.csv" : "")}.");
        if (subset is { MeanSimilarityKept: { } kept, MeanSimilarityDropped: { } dropped })
            Line($"Mean similarity to the rest of their class: kept {kept:0.000}, dropped {dropped:0.000}.");
        if (subset.MeanSimilarityToKept is { } near) Line($"Mean similarity of a dropped image to the most similar kept one of its class: {near:0.000}.");
        if (result.DuplicatesKept > 0) Line($"{Terminal.Number(result.DuplicatesKept)} of the kept images are exact copies of earlier ones (column duplicate_of).");
    }

    // What was found out about the classes, in the stages' own words.
    void Found()
    {
        foreach (var (stage, fact) in new[] { (ClassCountStage.Stage, ClassCountStage.Reason), ("classes", FewLabelsStage.Learned), (AgreementStage.Stage, AgreementStage.Sentence) })
            if (manifest.Stages.FirstOrDefault(made => made.Stage == stage)?.Facts.GetValueOrDefault(fact) is { } text) Line(text);
    }

    void Classes()
    {
        if (ranking.Classes is not { } classes) return;
        bool[] kept = result.Subset.Mask();
        int[] largest = [.. Enumerable.Range(0, classes.Classes).OrderByDescending(classes.Size).Take(MostClasses).Order()];
        Line("\n   class    images      kept" + (ranking.MeanSimilarities is null ? "" : "    similarity kept   dropped"));
        foreach (int k in largest)
        {
            int[] members = classes.Members(k).ToArray(), keptMembers = Array.FindAll(members, m => kept[m]), dropped = Array.FindAll(members, m => !kept[m] && candidates.LeftOut[m] is null);
            string similarity = ranking.MeanSimilarities is { } means ? $"{Mean(keptMembers, means),19}{Mean(dropped, means),10}" : "";
            Line($"{classes.Labels[k],8}{Terminal.Number(members.Length),10}{Terminal.Number(keptMembers.Length),10}{similarity}{(settings.Clip is { } clip ? "  " + clip.Names[classes.Labels[k]] : "")}");
        }
        if (classes.Classes > MostClasses) Line($"   and {Terminal.Number(classes.Classes - MostClasses)} smaller classes: see scores.csv");
    }

    void Cost()
    {
        Line("\nTime: " + string.Join(", ", manifest.Stages.Where(stage => stage.Stage != "plan").Select(stage => $"{stage.Stage} {Terminal.Duration(stage.Seconds)}"))
            + $"; {Terminal.Number(long.Parse(manifest.Machine["peak_memory_mib"], CultureInfo.InvariantCulture))} MiB of memory at most.");
    }

    void FilesAndNext()
    {
        string shown = Terminal.Shown(folder);
        Line($"\nIn {shown}:");
        Line("  subset.npy          indices of the kept images, best first (subset.txt: their names; subset.pkl: the SAS authors' format)");
        Line("  scores.csv          every image with class, rank, gain, similarity and its nearest kept image (scores.parquet: the same)");
        if (result.Duplicates is not null) Line("  duplicates.csv      what was left out, which image stands for it, and how similar they are");
        if (pool.Images is not null) Line("  contact-sheet.png   what was kept and dropped, class by class");
        if (settings.Report) Line("  report.html         all of it as one page, to be opened in a browser");
        Line("  manifest.json       where all this comes from, and what it cost");
        Line("\nNext: torch.utils.data.Subset(dataset, numpy.load(\"" + Path.Combine(shown, "subset.npy").Replace('\\', '/') + "\"))");
        Line($"gleaner view {shown} shows the whole pool in a browser. Another --fraction or --objective with this --out takes seconds.");
        Line("Whether the subset beats a random one of its size is not measured here: gleaner compare does that (docs/comparing.md).");
    }

    static string Mean(int[] members, IReadOnlyList<double> of) => members.Length == 0 ? "-" : members.Average(m => of[m]).ToString("0.000", CultureInfo.InvariantCulture);

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    void Line(string text) => _text.Append(text).Append('\n');
}
