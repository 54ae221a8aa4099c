using System.Text;
using System.Text.Json;
using Gleaner.Onnx;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>The images of an arm, best first and as many as its largest budget, and what it cost to choose them: two files of the run folder, made once.</summary>
sealed class ArmOrder(RecipeArm arm, int? seed, int count, Recipe recipe, ComparedPool pool, string folder)
{
    static readonly string[] ModelTexts = ["preprocessor_config.json", "tokenizer.json", "vocab.json", "merges.txt"];

    readonly string _name = $"{arm.Name}{(seed is { } s ? $"-s{s}" : "")}-{Hash(arm, seed, count, recipe, pool)}";

    int[]? _images;

    public string File => Path.Combine(folder, "orders", _name + ".npy");

    string CostFile => Path.Combine(folder, "orders", _name + ".json");

    public bool IsThere => System.IO.File.Exists(File) && System.IO.File.Exists(CostFile);

    /// <summary>Whether it is there and has so many images.</summary>
    public bool Has(int images) => IsThere && Images.Length >= images;

    /// <summary>The images; the file is read once.</summary>
    public int[] Images => _images ??= IntegersFile.ReadIndices(File);

    public SelectionCost Cost() => IsThere ? RunDocument.Read(CostFile, ComparisonJson.Default.SelectionCost) : new SelectionCost([]);

    /// <summary>A list needs no selection: it is taken as it is, without images that are set aside or cannot be read.</summary>
    public void Take()
    {
        var selectable = pool.Selectable.ToHashSet();
        int[] order = arm.List is null ? pool.Selectable : [.. ImageList.Read(arm.List).In(pool.Input.Count, pool.Input.Key).Where(selectable.Contains)];
        Write(order, new SelectionCost([]));
    }

    /// <summary>The selection; <paramref name="before"/> is the last one in the same run folder, which is that of the same proxy.</summary>
    public Job Select(Job? before)
    {
        string run = RunFolderOf;
        // A given proxy sees images of the size that it was trained with.
        string[] words =
        [
            "select", pool.Path, .. arm.Selection, "--count", Invariant.Text(count), "--seed", Invariant.Text(seed ?? recipe.Seeds[0]), "--threads", Invariant.Text(recipe.Threads),
            .. Settings.ProxyFile is not null ? [] : (string[])["--image-size", Invariant.Text(pool.ImageSize)], "--pixels-from", pool.Folder, .. pool.ValidationFile is { } file ? (string[])["--exclude", file] : [], "--no-report", "--out", run,
        ];
        return new Job
        {
            Arm = arm.Name,
            Name = $"select {arm.Name}{(seed is { } s ? $" (seed {s})" : "")}",
            Log = Path.Combine(folder, "orders", _name + ".log"),
            RunFolders = () => [run],
            Commands = () => [(words, 1)],
            Stage = Settings.ProxyFile is null ? "proxy" : "embed",
            Work = Work(),
            Behind = before,
            Finish = () =>
            {
                var manifest = RunManifest.Read(Path.Combine(run, "manifest.json"));
                // Reading is left out, as every training reads, too; and so is what is said of the classes and chooses nothing.
                var cost = new SelectionCost([.. manifest.Stages.Where(stage => stage.Stage is not ("read" or "agree")).Select(stage => new StageCost(stage.Stage, stage.Seconds, MultiplyAdds(stage)))]);
                Write(IntegersFile.ReadIndices(Path.Combine(run, "subset.npy")), cost);
                return $"select   {arm.Name}{(seed is { } s ? $" (seed {s})" : "")}: {Terminal.Number(count)} images chosen, {Terminal.Duration(cost.Seconds)}";
            },
        };
    }

    /// <summary>Where it is selected. Random draws have folders of their own, so that they wait for no proxy.</summary>
    public string RunFolderOf => Path.Combine(folder, "select", ContentHash.Of(Encoding.UTF8.GetBytes(string.Join('\n', [.. arm.Proxy, Settings.NeedsEmbedding ? "proxy" : "none", Invariant.Text(seed ?? recipe.Seeds[0])])))[..8]);

    SelectSettings Settings => SelectCommand.Parse(["pool", .. arm.Selection]);

    double Work()
    {
        var settings = Settings;
        if (!settings.NeedsEmbedding) return 1;
        var training = settings.ProxyRecipe(pool.Input.Images!.Count, pool.ImageSize);
        long forward = training.Proxy.Architecture.MultiplyAdds(pool.ImageSize);
        double epochs = settings.ProxyFile is not null ? 0 : settings.ProxyEpochs ?? training.Training.Epochs;
        return forward * (double)pool.Input.Images.Count * (epochs * training.Method.EncoderPasses + Math.Max(1, settings.Views));
    }

    void Write(int[] order, SelectionCost cost)
    {
        AtomicFile.Write(File, stream => NpyFile.Write(stream, Array.ConvertAll(order, i => (long)i)));
        AtomicFile.Write(CostFile, stream => JsonSerializer.Serialize(stream, cost, ComparisonJson.Default.SelectionCost));
    }

    // Timing, writing files and looking for copies is no arithmetic to speak of.
    static double? MultiplyAdds(StageRecord stage) => StageFacts.WorkOf(stage) ?? (stage.Stage is "plan" or "subset" or "dedup" ? 0 : null);

    // What the files hold that it names: a list, a proxy, classes, images to keep, the halves of CLIP and the folder of its tokenizer.
    static IEnumerable<string> Files(RecipeArm arm) =>
        from option in arm.Selection.Append(arm.List ?? "").Index()
        let word = option.Item
        let isFolder = option.Index > 0 && arm.Selection[option.Index - 1] == "--clip-tokenizer" && Directory.Exists(word)
        from file in isFolder ? Directory.GetFiles(word).Order(StringComparer.Ordinal)
            : new[] { word, word[(word.IndexOf(':', StringComparison.Ordinal) + 1)..] }.Distinct().Where(System.IO.File.Exists).SelectMany(name => Companions(name).Prepend(name))
        select HashOf(file);

    // A model's weights may lie elsewhere. What is wrong with it, its own selection says.
    static string HashOf(string file)
    {
        if (Path.GetExtension(file) != ".onnx") return ContentHash.OfFile(file);
        try
        {
            return ClipText.HashOf(file);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return ContentHash.OfFile(file);
        }
    }

    // What is read with a model though nobody names it: its head, how images are prepared for it, its tokenizer.
    static IEnumerable<string> Companions(string file) => Path.GetExtension(file) switch
    {
        ".safetensors" => new[] { EncoderFile.HeadPath(file) }.Where(System.IO.File.Exists),
        ".onnx" => ModelTexts.Select(name => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name)).Where(System.IO.File.Exists),
        _ => [],
    };

    static string Hash(RecipeArm arm, int? seed, int count, Recipe recipe, ComparedPool pool)
    {
        // Without a seed of its own it is selected with the first. An arm that names no objective is what the default was.
        string text = string.Join('\n', [Product.Version, pool.Identity, $"{arm.IsWhole} {seed ?? recipe.Seeds[0]} {count} {recipe.Threads} {SelectorChoice.Default}", .. arm.Selection, .. arm.Proxy, .. Files(arm)]);
        return ContentHash.Of(Encoding.UTF8.GetBytes(text))[..8];
    }
}
