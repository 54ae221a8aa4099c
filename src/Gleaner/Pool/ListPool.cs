using System.Text;

namespace Gleaner;

/// <summary>
/// The image files that a list names, in its order: a .txt with a path on each line, or a .csv with a column <c>path</c>, <c>file</c>, <c>image</c> or
/// <c>filename</c> and perhaps one <c>label</c>. Paths are relative to the list's folder. A file that is not there is an image that cannot be read.
/// </summary>
public sealed class ListPool : EncodedPool
{
    static readonly string[] PathColumns = ["path", "file", "image", "filename"];

    readonly string _folder;
    readonly string[] _paths;

    ListPool(string list, string[] paths, string[]? labels)
    {
        _folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        _paths = paths;
        if (paths.Length == 0) throw new InvalidDataException($"{list}: lists no image; expected a path on each line, or a csv with a column {string.Join(", ", PathColumns)}.");
        var seen = new HashSet<string>(paths.Length, StringComparer.Ordinal);
        var fingerprint = new PoolFingerprint();
        for (int i = 0; i < paths.Length; i++)
        {
            if (!seen.Add(paths[i])) throw new InvalidDataException($"{list}: image {i}, {paths[i]}, is listed before; expected each once.");
            WholeFile.AddTo(fingerprint, paths[i], IsPath(paths[i]) ? new FileInfo(FileOf(i)) : null);
        }
        Fingerprint = fingerprint.ToString();
        if (labels is not null) (Labels, LabelNames) = NamedLabels.Number(labels);
    }

    /// <summary>Reads the list; .csv is a table with a header, anything else a path on each line (empty lines are left out).</summary>
    /// <exception cref="InvalidDataException">It lists nothing, or an image twice, or is a table without a column of paths.</exception>
    public static ListPool Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? FromTable(path, reader) : new ListPool(path, [.. Lines(reader)], null);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: is no text in UTF-8; expected a list of image files.", e);
        }
    }

    internal static bool Recognises(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".csv";

    /// <inheritdoc/>
    public override string Kind => "list of images";

    /// <inheritdoc/>
    public override int Count => _paths.Length;

    /// <inheritdoc/>
    public override int[]? Labels { get; }

    /// <summary>The label that each number stands for, in ordinal order; null if the list has whole numbers, or no labels.</summary>
    public override IReadOnlyList<string>? LabelNames { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    internal override string LabelsFingerprint => With(Labels);

    /// <summary>The path as it is listed.</summary>
    public override string Key(int index)
    {
        CheckIndex(index);
        return _paths[index];
    }

    /// <inheritdoc/>
    public override string FileOf(int index)
    {
        CheckIndex(index);
        return Path.GetFullPath(Path.Combine(_folder, _paths[index]));
    }

    private protected override ReadOnlyMemory<byte> Bytes(int index) =>
        IsPath(_paths[index]) ? WholeFile.Read(FileOf(index)) : throw new InvalidDataException("is no path: it has a zero in it");

    static bool IsPath(string path) => !path.Contains('\0', StringComparison.Ordinal);

    static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }

    static ListPool FromTable(string path, TextReader reader)
    {
        var (paths, labels) = (new List<string>(), new List<string>());
        int column = -1, label = -1;
        foreach (var (line, fields) in CsvRecords.Read(reader, path))
        {
            if (fields is [""]) continue;
            if (column < 0)
            {
                string[] names = Array.ConvertAll(fields, field => field.Trim().ToLowerInvariant());
                column = PathColumns.Select(name => Array.IndexOf(names, name)).FirstOrDefault(found => found >= 0, -1);
                if (column < 0) throw new InvalidDataException($"{path}, line {line}: columns {string.Join(", ", names)}; expected one named {string.Join(", ", PathColumns)}.");
                label = Array.IndexOf(names, "label");
                continue;
            }
            if (fields.Length <= Math.Max(column, label)) throw new InvalidDataException($"{path}, line {line}: {fields.Length} columns; expected as many as in the first line.");
            if (fields[column].Length == 0) throw new InvalidDataException($"{path}, line {line}: no path; expected one in each line.");
            paths.Add(fields[column]);
            if (label >= 0) labels.Add(fields[label].Trim());
        }
        return new ListPool(path, [.. paths], label < 0 ? null : [.. labels]);
    }
}
