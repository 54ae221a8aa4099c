using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Gleaner.Cli;

/// <summary>Names every image by what a classifier learns from the labels of a few.</summary>
sealed class FewLabelsStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    public const string Accuracy = "held_out_accuracy", Learned = "learned";
    const int MostNamed = 10;

    public StageRecord Name(PoolInput pool, EmbeddingMatrix embedding, string embeddingHash, string file)
    {
        var given = LabelsFile.Read(file).In(pool.Count, pool.Key);
        var (images, labels) = Members(pool, given, file);
        byte[] content = [.. MemoryMarshal.AsBytes(images.AsSpan()), .. MemoryMarshal.AsBytes(labels.AsSpan()), .. Encoding.UTF8.GetBytes(string.Join('\0', given.Names ?? []))];
        var inputs = new Dictionary<string, string> { ["embedding"] = embeddingHash, ["labels"] = ContentHash.Of(content), ["seed"] = Invariant.Text(settings.Seed) };
        string[] outputs = [ClassesStage.ClassesName, FewLabelsCard.FileName, .. given.Names is null ? (string[])[] : [ClassNames.FileName]];
        var record = stages.Make("classes", $"learning from {Terminal.Number(images.Length)} labels of {file}", inputs, outputs, work =>
        {
            var result = FewLabelClassifier.Fit(embedding, images, labels, new FewLabelOptions { Seed = settings.Seed, Threads = settings.Threads }, null, cancel);
            ClassesStage.Write(stages.Run, pool, [.. Enumerable.Range(0, embedding.Count).Select(m => result.Partition.Labels[result.Partition.ClassOf(m)])]);
            if (given.Names is { } names) new ClassNames(names).Write(stages.Run[ClassNames.FileName]);
            FewLabelsCard.Of(result).Write(stages.Run[FewLabelsCard.FileName]);
            Note(work.Facts, result, given);
            work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)embedding.Count * embedding.Dimension * result.Partition.Classes); // naming all images; what was learned from a few is little beside it
        });
        foreach (string line in record.Facts[Learned].Split('\n')) stages.Terminal.Say("         " + line);
        return record;
    }

    (int[] Images, int[] Labels) Members(PoolInput pool, ImageLabels given, string file)
    {
        var memberOf = new Dictionary<int, int>();
        for (int m = 0; m < pool.Members.Length; m++) memberOf[pool.Members[m]] = m;
        int[] readable = [.. Enumerable.Range(0, given.Images.Count).Where(j => memberOf.ContainsKey(given.Images[j]))];
        if (readable.Length < given.Images.Count)
            stages.Terminal.Warn($"         {Terminal.Number(given.Images.Count - readable.Length)} of the labels in {file} are of images that cannot be read, and are ignored");
        int[] labels = [.. readable.Select(j => given.Labels[j])];
        if (labels.Distinct().Count() < 2)
            throw new InvalidDataException($"{file}: {(labels.Length == 0 ? "no readable image has a label" : $"all {labels.Length} readable images have the label {given.Name(labels[0])}")}; expected at least two different labels.");
        string[] lost = [.. given.Labels.Distinct().Order().Except(labels).Select(given.Name)];
        if (lost.Length > 0) stages.Terminal.Warn($"         no readable image has {Named(lost)}: no image can be given {(lost.Length == 1 ? "it" : "them")}");
        return ([.. readable.Select(j => memberOf[given.Images[j]])], labels);
    }

    // In sentences that the summary and the report repeat.
    static void Note(SortedDictionary<string, string> facts, FewLabelResult result, ImageLabels given)
    {
        var (fewest, most) = (result.LabelledPerClass.Min(), result.LabelledPerClass.Max());
        var text = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{result.Partition.Classes} classes learned from {result.Labelled} labels, {(fewest == most ? "" : $"{fewest} to ")}{most} a class; L2 {result.WeightDecay:g3}") };
        if (result.HeldOut is { } heldOut)
        {
            var (low, high) = heldOut.Interval;
            text[0] += string.Create(CultureInfo.InvariantCulture, $", by cross-validation: {100 * heldOut.Accuracy:0.0} % of {heldOut.Images} held-out labels are named rightly (95 % interval {100 * low:0.0} to {100 * high:0.0}).");
            facts[Accuracy] = heldOut.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture);
        }
        else text[0] += ", the middle of the grid: no class has two labels, so nothing could be held out and nothing is known about the accuracy.";
        if (result.SingleLabels.Count > 0) text.Add($"Classes with a single label: {Named([.. result.SingleLabels.Select(given.Name)])}.");
        if (result.NeverPredicted.Count > 0) text.Add($"Given to no image besides those labelled so: {Named([.. result.NeverPredicted.Select(given.Name)])}.");
        if (!result.Converged) text.Add($"The final fit has not converged after {result.Iterations} iterations.");
        facts[Learned] = string.Join('\n', text);
    }

    static string Named(string[] names) => string.Join(", ", names.Take(MostNamed)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "");
}
