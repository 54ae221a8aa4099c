using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gleaner;

/// <summary>
/// Writes some images of a pool, in a given order, so that they are a pool again: a folder, WebDataset shards or Parquet files, and <c>kept.csv</c>, which says of each image
/// its place, index, key, label, file and length. Encoded images are kept byte for byte; pixels become PNG. At most a row group or an image is in memory.
/// </summary>
public sealed partial class PoolExport(ImagePool pool, IReadOnlyList<int> indices, ExportKind kind, string folder)
{
    /// <summary>The table that says what was exported.</summary>
    public const string ListName = "kept.csv";

    const string Unfinished = ".unfinished", PlanName = "kept-plan.txt", Header = "rank,index,key,label,label_name,file,bytes";

    readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>How many images a shard has at most. In a folder: how many are written between two notes on how far it is.</summary>
    public int MostImages { get; init; } = 10_000;

    /// <summary>From how many bytes on a shard is ended.</summary>
    public long MostBytes { get; init; } = 500L << 20;

    /// <summary>Whether everything in the folder may be replaced; else a file that no export wrote is a reason to stop before anything is written.</summary>
    public bool OwnsFolder { get; init; }

    /// <summary>
    /// Writes what is missing. <paramref name="progressFolder"/> remembers the finished shards: with the same arguments an interrupted export goes on behind them. Answers the files
    /// written, relative to the folder; of <see cref="ExportKind.Folder"/> only the table.
    /// </summary>
    /// <exception cref="ArgumentException">The folder holds links, or files that are not of an export.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public IReadOnlyList<string> Write(string progressFolder, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(progressFolder);
        Directory.CreateDirectory(_folder);
        var names = new ExportNames(pool, kind);
        string[] planned = [.. indices.Select(names.Next)];
        string[] old = Old();
        if (kind == ExportKind.Folder) Plan(_folder, planned);
        var parts = new ExportParts(progressFolder, _folder);
        for (int done = parts.Images; done < indices.Count; done = parts.Images)
        {
            if (kind == ExportKind.Folder) WriteFiles(parts, planned, done, progress, cancel);
            else WriteShard(parts, planned, done, progress, cancel);
        }
        AtomicFile.Write(Path.Combine(_folder, ListName), stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(Header + "\n"));
            parts.CopyTo(stream);
        });
        string[] made = [.. parts.Files, ListName];
        if (kind == ExportKind.Folder) made = [.. Listed(_folder).Select(listed => listed.File), ListName];
        foreach (string file in old.Append(Full(PlanName)).Except(made.Select(Full))) File.Delete(file);
        return kind == ExportKind.Folder ? [ListName] : made;
    }

    /// <summary>Whether every file that a finished export lists is there in its length.</summary>
    public static bool IsWhole(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return File.Exists(Path.Combine(folder, ListName))
            && Listed(folder).All(listed => new FileInfo(Path.Combine(folder, listed.File)) is { Exists: true } file && (listed.Bytes is null || file.Length == listed.Bytes));
    }

    void WriteShard(ExportParts parts, string[] names, int first, IProgress<int>? progress, CancellationToken cancel)
    {
        string file = $"kept-{parts.Count.ToString("00000", CultureInfo.InvariantCulture)}.{(kind == ExportKind.Tar ? "tar" : "parquet")}";
        var rows = new StringBuilder();
        int at = first;
        AtomicFile.Write(Full(file), stream =>
        {
            using ShardWriter writer = kind == ExportKind.Tar ? new TarShardWriter(stream, pool) : new ParquetShardWriter(stream, pool);
            for (; at < indices.Count && at - first < MostImages && writer.Bytes < MostBytes; at++)
            {
                cancel.ThrowIfCancellationRequested();
                int place = at;
                rows.Append(Row(at, file, Named(at, () => writer.Add(indices[place], names[place]))));
                progress?.Report(at + 1);
            }
        });
        parts.Add(file, at - first, rows.ToString(), ContentHash.OfFile(Full(file)));
    }

    void WriteFiles(ExportParts parts, string[] names, int first, IProgress<int>? progress, CancellationToken cancel)
    {
        var rows = new StringBuilder();
        int at = first;
        for (; at < indices.Count && at - first < MostImages; at++)
        {
            cancel.ThrowIfCancellationRequested();
            int place = at;
            rows.Append(Named(at, () =>
            {
                var image = pool.Encoded(indices[place]);
                string file = ExportNames.WithExtension(names[place], image.Extension);
                Directory.CreateDirectory(Path.GetDirectoryName(Full(file))!);
                File.WriteAllBytes(Full(file) + Unfinished, image.Bytes.Span);   // not flushed one by one as a shard is: that takes 8 ms a file
                File.Move(Full(file) + Unfinished, Full(file), overwrite: true);
                return Row(place, file, image.Bytes.Length);
            }));
            progress?.Report(at + 1);
        }
        parts.Add("", at - first, rows.ToString(), "");
    }

    T Named<T>(int at, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Image {indices[at]}, {pool.Key(indices[at])}, {e.Message}. It was read before; run the selection again.", e);
        }
    }

    string Row(int at, string file, int bytes)
    {
        int index = indices[at], label = pool.Labels?[index] ?? -1;
        string name = label >= 0 && label < pool.LabelNames?.Count ? CsvText.Field(pool.LabelNames[label]) : "";
        return string.Create(CultureInfo.InvariantCulture, $"{at},{index},{CsvText.Key(pool.Key(index))},{(label >= 0 ? label : "")},{name},{CsvText.Key(file)},{bytes}\n");
    }

    /// <summary>Takes the table away, so that the export is made again; what it wrote stays known as its own.</summary>
    internal static void Reopen(string folder)
    {
        if (!File.Exists(Path.Combine(folder, ListName))) return;
        Plan(folder, Listed(folder).Select(listed => listed.File));
        File.Delete(Path.Combine(folder, ListName));
    }

    // So that what an interrupted export wrote is known for its own by the next, whatever that one writes.
    static void Plan(string folder, IEnumerable<string> names)
    {
        string[] all = [.. Planned(folder).Union(names)];
        AtomicFile.Write(Path.Combine(folder, PlanName), stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', all))));
    }

    static string[] Planned(string folder) => File.Exists(Path.Combine(folder, PlanName)) ? File.ReadAllLines(Path.Combine(folder, PlanName)) : [];

    /// <summary>The files that an earlier export left in the folder; they go when this one is finished.</summary>
    string[] Old()
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        if (Directory.EnumerateFileSystemEntries(_folder, "*", everything).FirstOrDefault(entry => new FileInfo(entry).LinkTarget is not null) is { } link)
            throw new ArgumentException($"{link} is a link; expected none in a folder that is written to. Choose an empty folder.");
        var listed = File.Exists(Full(ListName)) ? Listed(_folder).Select(row => Full(row.File)).ToHashSet(StringComparer.Ordinal) : [];
        foreach (string name in Planned(_folder)) listed.UnionWith(new[] { "png", "jpg", "webp", "gif", "bmp" }.Select(extension => Full(ExportNames.WithExtension(name, extension))));
        string[] there = [.. Directory.EnumerateFiles(_folder, "*", everything)];
        string[] foreign = OwnsFolder ? [] : [.. there.Where(file => !listed.Contains(file) && !Ours().IsMatch(Path.GetRelativePath(_folder, file)))];
        return foreign.Length == 0 ? there
            : throw new ArgumentException($"{_folder} holds {foreign.Length} files that are not of this export (the first: {Path.GetRelativePath(_folder, foreign[0])}). Choose an empty folder.");
    }

    string Full(string file)
    {
        string full = Path.GetFullPath(Path.Combine(_folder, file));
        return full.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : throw new InvalidOperationException($"{file}: leads out of {_folder}.");
    }

    /// <summary>The files of a table, each with its length where it holds one image.</summary>
    static IEnumerable<(string File, long? Bytes)> Listed(string folder)
    {
        string table = Path.Combine(folder, ListName), before = "";
        using var reader = new StreamReader(table);
        foreach (var (_, fields) in CsvRecords.Read(reader, table).Skip(1))
        {
            if (fields.Length != 7 || fields[5] == before) continue;
            before = fields[5];
            yield return (CsvText.KeyOf(before), ImageFolderPool.IsImageName(before) && long.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null);
        }
    }

    [GeneratedRegex(@"^(kept-\d{5}\.(tar|parquet)|kept\.csv|kept-plan\.txt|.*\.unfinished)$", RegexOptions.Singleline)]
    private static partial Regex Ours();
}
