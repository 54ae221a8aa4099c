namespace Gleaner;

/// <summary>What a finished <c>gleaner select</c> left in its run folder. Only what the manifest says this very run made or used is read: other files may be of an earlier one.</summary>
sealed class SelectRun : IDisposable
{
    const string Pixels = "cache/pixels.u8", EmbeddingName = "embedding.npy";

    SelectRun(string path, RunManifest manifest, ScoreTable scores) => (Path, Manifest, Scores) = (path, manifest, scores);

    public string Path { get; }

    public RunManifest Manifest { get; }

    /// <summary>A row for each readable image.</summary>
    public ScoreTable Scores { get; }

    /// <summary>What the labels of latent classes stand for; none if they are numbers.</summary>
    public ClassNames ClassNames { get; private init; } = ClassNames.None;

    /// <summary>The curve that K was chosen from; null if none was looked for.</summary>
    public ClassCount? ClassCount { get; private init; }

    /// <summary>What was learned from a few labels; null if that is not where the classes come from.</summary>
    public FewLabelsCard? FewLabels { get; private init; }

    /// <summary>Image m is row m of the scores; null if the pool has no images, or if they are in another run folder.</summary>
    public DecodedImages? Images { get; private init; }

    /// <summary>Opens a run folder and checks that its files belong together; <paramref name="withDetails"/> if the names of all images are wanted.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged, or is of another run.</exception>
    public static SelectRun Open(string path, bool withDetails = false)
    {
        string again = $"Run the same gleaner select with --out {path} again; what is finished is not repeated.";
        var manifest = RunManifest.Read(Existing(path, "manifest.json", again));
        if (manifest.Pool is null || manifest.Subset is null || manifest.Options is null || manifest.Stages is null || manifest.Machine is null || manifest.Stages.Contains(null!))
            throw new InvalidDataException($"{path}: manifest.json lacks its pool, subset, options, stages or machine. {again}");
        if (manifest.Command != "select") throw new InvalidDataException($"{path}: the run of gleaner {manifest.Command}; expected one of gleaner select or gleaner compare.");
        var scores = ScoreTable.Read(Existing(path, "scores.csv", again), withDetails);
        if (scores.Count == 0) throw new InvalidDataException($"{path}: scores.csv has no image. {again}");
        int kept = scores.Kept.Count(isKept => isKept), readable = manifest.Pool.Count - manifest.Pool.Unreadable;
        if (scores.Count != readable || kept != manifest.Subset.Count)
            throw new InvalidDataException($"{path}: scores.csv has {scores.Count} images, {kept} of them kept; manifest.json says {readable} and {manifest.Subset.Count}. They are of different runs. {again}");
        int outside = scores.Index.FindIndex(i => i >= manifest.Pool.Count);
        if (outside >= 0) throw new InvalidDataException($"{path}: scores.csv has an image {scores.Index[outside]}; the pool has {manifest.Pool.Count}, 0 to {manifest.Pool.Count - 1}. {again}");
        CheckSubset(IntegersFile.ReadIndices(Existing(path, "subset.npy", again)), scores, path, again);
        CheckMade(manifest, path, again, "scores.csv", "subset.npy");
        return new SelectRun(path, manifest, scores)
        {
            ClassNames = Made(manifest, ClassNames.FileName) ? ClassNames.Read(Existing(path, ClassNames.FileName, again)) : ClassNames.None,
            ClassCount = Made(manifest, ClassCountFile.FileName) ? ClassCountFile.Read(Existing(path, ClassCountFile.FileName, again)) : null,
            FewLabels = Made(manifest, FewLabelsCard.FileName) ? FewLabelsCard.Read(Existing(path, FewLabelsCard.FileName, again)) : null,
            Images = OpenImages(path, manifest, scores.Count, again), // last: what is refused after it would leave it mapped
        };
    }

    /// <summary>Row i is image i; null if this run made no embedding.</summary>
    public EmbeddingMatrix? Embedding()
    {
        if (!Made(Manifest, EmbeddingName)) return null;
        string file = Existing(Path, EmbeddingName, "Run the selection again.");
        var raw = EmbeddingFile.Read(file);
        if (raw.Count != Manifest.Pool.Count) throw new InvalidDataException($"{file}: {raw.Count} rows; expected {Manifest.Pool.Count}, one for each image of the pool. Run the selection again.");
        try
        {
            var embedding = EmbeddingMatrix.OfMeans(raw.Values, raw.Count, raw.Dimension); // as they are: unit rows, or means of views
            CheckMade(Manifest, Path, "Run the selection again.", EmbeddingName);
            return embedding;
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{file}: is no embedding of this run. {error.Message} Run the selection again.", error);
        }
    }

    /// <summary>The first rows of a table of the folder, without its line of names, and how many there are; none if there is no such file.</summary>
    public (IReadOnlyList<string[]> First, int Count) Table(string name, int most)
    {
        string file = System.IO.Path.Combine(Path, name);
        var first = new List<string[]>();
        if (!File.Exists(file)) return (first, 0);
        using var reader = new StreamReader(file);
        int count = -1, columns = 0;
        foreach (var (line, fields) in CsvRecords.Read(reader, file))
        {
            if (count++ < 0)
            {
                columns = fields.Length;
                continue;
            }
            if (fields.Length != columns) throw new InvalidDataException($"{file}, line {line}: {fields.Length} columns; expected {columns}, as in the first line. The file was changed; run the selection again.");
            if (first.Count < most) first.Add(fields);
        }
        return (first, Math.Max(0, count));
    }

    /// <inheritdoc/>
    public void Dispose() => Images?.Dispose();

    static void CheckSubset(int[] subset, ScoreTable scores, string path, string again)
    {
        var kept = Enumerable.Range(0, scores.Count).Where(m => scores.Kept[m]).Select(m => scores.Index[m]).ToHashSet();
        if (subset.Length != kept.Count || !kept.SetEquals(subset)) throw new InvalidDataException($"{path}: subset.npy and the images that scores.csv marks as kept differ. {again}");
    }

    // A run that was stopped before its end has left newer files beside the manifest of the one before it.
    static void CheckMade(RunManifest manifest, string path, string again, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (manifest.Stages.Select(stage => stage.Outputs.GetValueOrDefault(name)).LastOrDefault(output => output is not null) is { } made && !made.IsAt(System.IO.Path.Combine(path, name)))
                throw new InvalidDataException($"{path}: {name} is not the one that manifest.json speaks of: a later run was stopped before its end, or the file was changed. {again}");
    }

    static DecodedImages? OpenImages(string path, RunManifest manifest, int count, string again)
    {
        if (!Made(manifest, Pixels)) return null;
        string file = Existing(path, Pixels, again);
        string size = manifest.Stages.First(stage => stage.Outputs.ContainsKey(Pixels)).Facts.GetValueOrDefault("image_size", "");
        return int.TryParse(size, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int side) && side > 0
            ? DecodedImages.Map(file, count, side)
            : throw new InvalidDataException($"{path}: manifest.json does not say how large the decoded images are (image_size of stage read). {again}");
    }

    static bool Made(RunManifest manifest, string name) => manifest.Stages.Any(stage => stage.Outputs.ContainsKey(name));

    static string Existing(string path, string name, string again)
    {
        string file = System.IO.Path.Combine(path, name);
        return File.Exists(file) ? file : throw new InvalidDataException($"{path}: no {name} in it; expected the run folder of a finished gleaner select. {again}");
    }
}
