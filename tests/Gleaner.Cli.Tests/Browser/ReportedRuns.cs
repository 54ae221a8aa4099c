namespace Gleaner.Cli.Tests.Browser;

/// A selection from real images with a hostile name among them, near-duplicates left out and one image unreadable; and a comparison: each made once, as users make them.
public sealed class ReportedRuns : TempFolder
{
    public const string Hostile = "<img src=x onerror=alert(1)>.png";

    readonly Lazy<string> _selection, _comparison;

    public ReportedRuns()
    {
        _selection = new(Select);
        _comparison = new(Compare);
    }

    /// The run folder of a selection.
    public string Selection => _selection.Value;

    /// The run folder of a comparison.
    public string Comparison => _comparison.Value;

    string Select()
    {
        string pool = WriteImages("pool", 200);
        File.Move(Directory.GetFiles(At("pool", "label 9"))[0], At("pool", "label 9", Hostile));
        File.Copy(At("pool", "label 9", Hostile), At("pool", "label 9", "copy.png"));
        File.WriteAllText(At("pool", "label 0", "broken.png"), "no picture");
        Tool.Run(Folder, "select", pool, "--count", "40", "--dedup", "exact", "--image-size", "16", "--proxy-epochs", "1", "--proxy-width", "0.125", "--classes", "kmeans:14", "--out", "selection").Is(0);
        return At("selection");
    }

    string Compare()
    {
        WriteImages("compared", 120);
        File.WriteAllText(At("recipe.yaml"), """
            pool: compared
            validation: 20 %
            budgets: [20, 40]
            seeds: [0, 1]
            arms: {random: {objective: random}, balanced: {objective: balanced, classes: labels}, whole: {whole: true}}
            training: {method: supervised, steps: 3, batch: 20, width: 0.125}
            image-size: 16
            """);
        Tool.Run(Folder, "compare", "recipe.yaml", "--out", "comparison").Is(0);
        return At("comparison");
    }
}
