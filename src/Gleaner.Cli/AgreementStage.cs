using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Compares the latent classes with labels that took no part in finding them: the pool's own, or those of a file. Nothing is selected by it.</summary>
sealed class AgreementStage(SelectSettings settings, StageRunner stages)
{
    public const string Stage = "agree", Sentence = "agreement";

    /// <summary>Does nothing if there are no labels and none were asked for.</summary>
    public void Compare(PoolInput pool, LatentPartition classes, string classesHash)
    {
        bool isAsked = settings.Agreement is not null;
        if (settings.Agreement == "none" || !isAsked && settings.Classes is ClassSource.PoolLabels) return;
        string? file = settings.Agreement is null or "labels" ? null : settings.Agreement;
        string against = file ?? "the pool's own labels";
        var inputs = new Dictionary<string, string> { ["classes"] = classesHash, ["labels"] = file is null ? pool.Source?.LabelsFingerprint ?? pool.Fingerprint : ContentHash.OfFile(file) };
        bool isMade = stages.WhyStale(Stage, inputs) is null; // then no label need be read
        int[]? labels = isMade ? [] : file is null ? pool.OwnLabels() : FromFile(pool, file);
        if (labels is null || !isMade && !Array.Exists(pool.Members, i => labels[i] >= 0))
        {
            if (isAsked) throw new UsageException($"--agreement {settings.Agreement}: {(labels is null ? $"{pool.Kind} in {pool.Path} has no labels" : "no readable image has a label")}. Give a FILE with an image and its label on each line.");
            return;
        }
        var record = stages.Make(Stage, $"comparing the classes with {against}", inputs, [], work =>
        {
            int[] members = [.. Enumerable.Range(0, classes.Count).Where(m => labels[pool.Members[m]] >= 0)];
            var found = PartitionAgreement.Of(Array.ConvertAll(members, classes.ClassOf), Array.ConvertAll(members, m => labels[pool.Members[m]]));
            Note(work.Facts, found, against);
            if (settings.Classes is ClassSource.FewLabels(var few) && Unnamed(pool, labels, few) is { Length: > 0 } unnamed)
                work.Facts[Sentence] += $" No image of {Some(unnamed)} {(unnamed.Length == 1 ? "is" : "are")} in {few}: {(unnamed.Length == 1 ? "this class" : "these classes")} cannot be found.";
        });
        stages.Terminal.Say("         " + record.Facts[Sentence]);
    }

    static int[] FromFile(PoolInput pool, string file)
    {
        var given = LabelsFile.Read(file).In(pool.Count, pool.Key);
        var labels = new int[pool.Count];
        Array.Fill(labels, -1);
        for (int j = 0; j < given.Images.Count; j++) labels[given.Images[j]] = given.Labels[j];
        return labels;
    }

    // Labels of which no image was among the few.
    static int[] Unnamed(PoolInput pool, int[] labels, string few)
    {
        var given = LabelsFile.Read(few).In(pool.Count, pool.Key);
        return [.. pool.Members.Select(i => labels[i]).Where(label => label >= 0).Distinct().Except(given.Images.Select(i => labels[i])).Order()];
    }

    static string Some(int[] labels) => (labels.Length == 1 ? "label " : "labels ") + string.Join(", ", labels.Take(10).Select(Invariant.Text)) + (labels.Length > 10 ? $" and {labels.Length - 10} more" : "");

    static void Note(SortedDictionary<string, string> facts, PartitionAgreement found, string against)
    {
        facts["purity"] = Four(found.Purity);
        facts["nmi"] = Four(found.MutualInformation);
        facts["ari"] = Four(found.AdjustedRand);
        facts["matched_accuracy"] = Four(found.MatchedAccuracy);
        facts["images"] = Invariant.Text(found.Images);
        facts["labels"] = Invariant.Text(found.Labels);
        facts["against"] = against;
        facts[Sentence] = string.Create(CultureInfo.InvariantCulture, $"Agreement of {Terminal.Number(found.Classes)} classes with {against} ({Terminal.Number(found.Labels)} labels of {Terminal.Number(found.Images)} images), never used to select: purity {found.Purity:0.000}, normalised mutual information {found.MutualInformation:0.000}, adjusted Rand index {found.AdjustedRand:0.000}, accuracy of the best matching {found.MatchedAccuracy:0.000}.");
    }

    static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
