using System.CommandLine;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary><c>gleaner select</c>: its options and their meaning.</summary>
sealed class SelectCommand : Command
{
    readonly Argument<string> _pool = new("pool")
    {
        Description = "A folder of images; CIFAR-10, CIFAR-100, STL-10 (binary) or MNIST-like (IDX) files; Parquet files with images, or WebDataset shards (.tar): one, a folder, or a pattern such as 'shards/{000..012}.tar'; a list of images (.txt, .csv); embeddings as .npy, .npz, .safetensors or .parquet; or the word sample.",
    };

    readonly Option<double?> _fraction = new("--fraction") { Description = "Share of the pool to keep, above 0 and at most 1, or in percent as 20% [default: 0.2].", HelpName = "F", CustomParser = ReadShare };
    readonly Option<int?> _count = new("--count") { Description = "Number of images to keep, instead of --fraction.", HelpName = "N" };
    readonly Option<string?> _out = new("--out") { Description = "Run folder for everything this makes [default: runs/ and the pool's name].", HelpName = "DIR" };
    readonly Option<string> _objective = new("--objective") { Description = "How images are ranked: " + SelectorChoice.Help, DefaultValueFactory = _ => SelectorChoice.Default };
    readonly Option<string> _threshold = new("--threshold") { Description = "Similarities below it count as 0; none to use them all.", HelpName = "T|none", DefaultValueFactory = _ => "0" };
    readonly Option<string?> _classes = new("--classes") { Description = "Latent classes: kmeans, kmeans:K, kmeans:auto (a K that the embedding suggests), labels:FILE (a classifier learned from a few images' labels: lines of index or name, and label), clip:FILE (what CLIP makes of names, one a line), given:FILE (.npy, .csv, .txt or .pkl, one integer an image), or labels (the pool's own; in a folder, the parent folder's name) [default: kmeans with K = sqrt(n / 5)].", HelpName = "HOW" };
    readonly ClipOptions _clip = new();
    readonly Option<string?> _agreement = new("--agreement") { Description = "Say how far the latent classes agree with labels: labels (the pool's own; in a folder, the parent folder's name), FILE (as for labels:FILE), or none. Nothing is selected by it [default: those of the pool, if it has any and they are not the classes themselves; a folder's only if asked for].", HelpName = "labels|FILE|none" };
    readonly Option<int> _minPerClass = new("--min-per-class") { Description = "Keep at least so many images of each latent class, if it has them.", HelpName = "N" };
    readonly Option<string> _dedup = new("--dedup") { Description = "Leave repeated images out of the ranking: none are; exact copies; or images of a latent class whose similarity is 1 - EPS or more (SemDeDup; 0.05 is a start).", HelpName = "none|exact|EPS", DefaultValueFactory = _ => "none" };
    readonly Option<string> _dedupStays = new("--dedup-stays") { Description = "Which of the near-duplicates stays, by its place in its latent class.", DefaultValueFactory = _ => "farthest" };
    readonly Option<string> _proxy = new("--proxy") { Description = "The encoder that makes the embedding: train (SimCLR on this pool), or an encoder FILE: any image encoder as .onnx, a run's encoder.safetensors, or the state dict of a torchvision ResNet (18, 34, 50) as .safetensors, .pt or .pth (read without running its pickle).", HelpName = "train|FILE", DefaultValueFactory = _ => "train" };
    readonly Option<int?> _proxyEpochs = new("--proxy-epochs") { Description = "Epochs to train the proxy [default: by the size of the pool].", HelpName = "N" };
    readonly Option<double?> _proxyMinutes = new("--proxy-minutes") { Description = "Train the proxy for about so long: the first steps are timed and the number of steps is fixed from that.", HelpName = "M" };
    readonly Option<string?> _proxyArchitecture = new("--proxy-arch") { Description = "Network of the proxy: resnet10, resnet18, resnet34 or resnet50 [default: what a CPU can train]." };
    readonly Option<double?> _proxyWidth = new("--proxy-width") { Description = "Width of the proxy as a multiple of the standard network's [default: what a CPU can train].", HelpName = "W" };
    readonly OnnxProxyOptions _onnx = new();
    readonly Option<int> _views = new("--views") { Description = "Embed each image as the mean of so many random views, which gives the exact expected similarity; 0 for the plain image.", HelpName = "M" };
    readonly Option<string> _embed = new("--embed") { Description = "Which output to use.", DefaultValueFactory = _ => "encoder" };
    readonly Option<int?> _imageSize = new("--image-size") { Description = "Images are resized and cropped to this many pixels [default: what a given proxy was trained with; else, and where that is above 96 and so not kept, the pool's own size up to 96, or 64 for a folder].", HelpName = "PX" };
    readonly Option<string?> _array = new("--array") { Description = "Which array or column of a file of embeddings, or of Parquet files with images.", HelpName = "NAME" };
    readonly Option<string?> _pixelsFrom = StandardOptions.PixelsFrom();
    readonly Option<bool> _strict = StandardOptions.Strict();
    readonly Option<string?> _keep = new("--keep") { Description = "Images that are in the subset whatever their rank and that count for its size: subset.npy or subset.txt of an earlier run, or indices or names as .npy, .txt, .csv or .pkl.", HelpName = "FILE" };
    readonly Option<string?> _exclude = new("--exclude") { Description = "Images that are never chosen, listed as for --keep.", HelpName = "FILE" };
    readonly Option<string?> _copyTo = new("--copy-to") { Description = "Also copy the kept images of a folder to DIR.", HelpName = "DIR" };
    readonly Option<string?> _linkTo = new("--link-to") { Description = "Also link to the kept images of a folder from DIR.", HelpName = "DIR" };
    readonly Option<string?> _export = new("--export") { Description = "Also write the kept images in rank order so that they are a pool again: Parquet files for Hugging Face datasets, WebDataset shards, or a folder [default of DIR: export in the run folder].", HelpName = "parquet|tar|folder[:DIR]" };
    readonly Option<int> _seed = StandardOptions.Seed();
    readonly Option<int> _threads = StandardOptions.Threads();
    readonly Option<bool> _noReport = new("--no-report") { Description = "Write no report.html (gleaner report makes it later)." };
    readonly Option<bool> _json = StandardOptions.Json();
    readonly Option<bool> _quiet = StandardOptions.Quiet();

    public SelectCommand() : base("select", "Find the subset of a pool of images from which self-supervised learning learns the most.")
    {
        _objective.AcceptOnlyFromAmong(SelectorChoice.Names);
        _dedupStays.AcceptOnlyFromAmong("farthest", "nearest", "first");
        _embed.AcceptOnlyFromAmong("encoder", "head");
        _proxyArchitecture.AcceptOnlyFromAmong(Names.Networks);
        Add(_pool);
        Option[] options = [_fraction, _count, _out, _objective, _threshold, _classes, .. _clip.All, _agreement, _minPerClass, _dedup, _dedupStays, _keep, _exclude, _proxy, _proxyEpochs, _proxyMinutes,
            _proxyArchitecture, _proxyWidth, .. _onnx.All, _views, _embed, _imageSize, _array, _pixelsFrom, _strict, _copyTo, _linkTo, _export, _noReport, _seed, _threads, _json, _quiet];
        foreach (var option in options) Add(option);
        SetAction((parsed, cancel) => Task.FromResult(Run(Read(parsed), cancel)));
    }

    static int Run(SelectSettings settings, CancellationToken cancel)
    {
        CheckNotOurs("--keep", settings.KeepFile, settings.Out);
        CheckNotOurs("--exclude", settings.ExcludeFile, settings.Out);
        var terminal = Terminal.ForConsole(settings.Quiet);
        var manifest = new SelectPipeline(settings, terminal, cancel).Run();
        if (settings.Json) terminal.Result(manifest.ToJson());
        return ExitCode.Done;
    }

    /// <summary>What these words on a command line mean.</summary>
    /// <exception cref="UsageException">They mean nothing.</exception>
    public static SelectSettings Parse(string[] args)
    {
        var command = new SelectCommand();
        return command.Read(command.Parsed(args));
    }

    SelectSettings Read(ParseResult parsed)
    {
        string pool = parsed.GetValue(_pool)!;
        string proxy = parsed.GetValue(_proxy)!;
        var (export, exportFolder) = ReadExport(parsed.GetValue(_export));
        parsed.AtMostOne(_fraction, _count);
        parsed.AtMostOne(_copyTo, _linkTo);
        parsed.AtMostOne(_proxyEpochs, _proxyMinutes);
        if (proxy != "train" && !File.Exists(proxy)) throw new UsageException($"--proxy {proxy}: no such file. Give an encoder file (.onnx, .safetensors, .pt, .pth), or train.");
        var classes = ClassSource.Parse(parsed.GetValue(_classes));
        if (parsed.GetValue(_minPerClass) > 0 && parsed.GetValue(_objective) is "hierarchical" or "random")
            throw new UsageException($"--min-per-class is given with --objective {parsed.GetValue(_objective)}, which knows no latent classes. Leave it away, or use balanced.");
        return new SelectSettings
        {
            Pool = pool,
            Budget = parsed.GetValue(_count) is { } count ? Budget.Count(count) : Budget.Fraction(parsed.GetValue(_fraction) ?? 0.2),
            Out = parsed.GetValue(_out) ?? DefaultOut.For(pool),
            Array = parsed.GetValue(_array),
            ImageSize = parsed.InRange(_imageSize, 8, 1024),
            PixelsFrom = parsed.RunFolder(_pixelsFrom),
            Strict = parsed.GetValue(_strict),
            ProxyFile = proxy == "train" ? null : proxy,
            ProxyEpochs = parsed.InRange(_proxyEpochs, 1, 100_000),
            ProxyMinutes = parsed.InRange(_proxyMinutes, 0.01, 100_000),
            ProxyDepth = Names.Depth(parsed.GetValue(_proxyArchitecture)),
            ProxyWidth = parsed.InRange(_proxyWidth, 0.05, 8),
            Onnx = _onnx.Read(parsed, proxy),
            Views = parsed.InRange(_views, 0, 10_000),
            EmbedHead = parsed.GetValue(_embed) == "head",
            Classes = classes,
            Clip = _clip.Read(parsed, classes),
            Agreement = ReadAgreement(parsed.GetValue(_agreement)),
            Objective = parsed.GetValue(_objective)!,
            Threshold = ReadThreshold(parsed.GetValue(_threshold)!),
            MinPerClass = parsed.InRange(_minPerClass, 0, int.MaxValue),
            KeepFile = parsed.ImageListFile(_keep),
            ExcludeFile = parsed.ImageListFile(_exclude),
            Dedup = parsed.GetValue(_dedup)!,
            DedupEpsilon = ReadEpsilon(parsed.GetValue(_dedup)!),
            DedupRule = parsed.GetValue(_dedupStays) switch { "nearest" => DuplicateRule.NearestToCentroid, "first" => DuplicateRule.LowestIndex, _ => DuplicateRule.FarthestFromCentroid },
            CopyTo = parsed.GetValue(_copyTo),
            LinkTo = parsed.GetValue(_linkTo),
            Export = export,
            ExportFolder = exportFolder,
            Report = !parsed.GetValue(_noReport),
            Said = Options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToHashSet(StringComparer.Ordinal),
            Seed = parsed.InRange(_seed, 0, int.MaxValue),
            Threads = parsed.InRange(_threads, 1, 1024),
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }

    static double? ReadShare(System.CommandLine.Parsing.ArgumentResult said)
    {
        string text = said.Tokens.Count == 1 ? said.Tokens[0].Value.Trim() : "";
        bool percent = text.EndsWith('%');
        if (double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share)) return percent ? share / 100 : share;
        said.AddError($"--fraction {text}; expected a number above 0 and at most 1, or percent, as 20%.");
        return null;
    }

    // A list that this very run writes would be another list the next time.
    static void CheckNotOurs(string option, string? file, string folder)
    {
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) && Path.GetFileNameWithoutExtension(file) == "subset")
            throw new UsageException($"{option} {file} is what this run writes anew. Give the new subset another --out, or copy the list first.");
    }

    static string? ReadAgreement(string? text) => text is null or "labels" or "none" || File.Exists(text) ? text
        : throw new UsageException($"--agreement {text}: no such file. Give labels, none, or a file with an image and its label on each line.");

    static (ExportKind? Kind, string? Folder) ReadExport(string? text)
    {
        if (text is null) return (null, null);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        string? folder = colon < 0 ? null : text[(colon + 1)..];
        ExportKind? found = kind switch { "parquet" => ExportKind.Parquet, "tar" => ExportKind.Tar, "folder" => ExportKind.Folder, _ => null };
        return found is null || folder == "" ? throw new UsageException($"--export {text}; expected parquet, tar or folder, or one of them with a folder to write to, such as tar:DIR.") : (found, folder);
    }

    static double? ReadThreshold(string text) => text == "none" ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double threshold) && double.IsFinite(threshold) ? threshold
        : throw new UsageException($"--threshold {text}; expected a number (-1 to 1 makes sense) or none.");

    static double? ReadEpsilon(string text) => text is "none" or "exact" ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double epsilon) && epsilon is >= 0 and < 1 ? epsilon
        : throw new UsageException($"--dedup {text}; expected none, exact, or a number from 0 to below 1 (0.05 removes what is 0.95 similar).");
}
