using System.Globalization;

namespace Gleaner;

/// <summary>A file with labels of images, of all or of some: <c>.csv</c>, <c>.txt</c>, <c>.npy</c> or <c>.pkl</c>.</summary>
/// <remarks>
/// .csv: an image and its label on each line, or a first line that names such columns: index, key or path (or file, image, name), and label (or class, target). .txt: the image, a tab, the
/// label; without a tab the last word of the line is the label. .npy: whole numbers of shape (n, 2), index and label. A single column, .npy of one dimension and .pkl (a list) have a label
/// for each image of the pool, -1 where there is none.
/// Images are indices if all are whole numbers, else names as in subset.txt; labels are whole numbers if all are, else texts.
/// </remarks>
public sealed class LabelsFile
{
    static readonly string[] IndexColumns = ["index"], KeyColumns = ["key", "path", "file", "image", "name"], LabelColumns = ["label", "class", "target"];

    readonly string _path;
    readonly List<(int Line, string Image, string Label)> _entries;
    readonly bool _areIndices;
    readonly int? _poolSize; // that a list of one label an image is for

    LabelsFile(string path, List<(int Line, string Image, string Label)> entries, bool? areIndices, int? poolSize = null)
    {
        if (entries.Count == 0) throw new InvalidDataException($"{path}: holds no label; expected images with their labels.");
        (_path, _entries, _areIndices, _poolSize) = (path, entries, areIndices ?? entries.TrueForAll(entry => long.TryParse(entry.Image, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)), poolSize);
    }

    /// <summary>Reads the file; which images are meant is said by <see cref="In"/>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, empty, or of another kind, or a line lacks its label.</exception>
    public static LabelsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => FromTable(path, Csv(path)),
            ".txt" => FromTable(path, Text(path)),
            ".npy" => FromNpy(path),
            ".pkl" or ".pickle" => FromList(path, [.. PickleFile.ReadIntList(path).Select((label, i) => (i, label.ToString(CultureInfo.InvariantCulture)))]),
            var extension => throw new InvalidDataException($"{path}: extension \"{extension}\"; expected images with their labels as .csv, .txt, .npy or .pkl."),
        };
    }

    /// <summary>The images of a pool of <paramref name="count"/> images and their labels. An image may be listed again with the same label.</summary>
    /// <exception cref="InvalidDataException">A line names no image of the pool, or gives one a second label; the line is said.</exception>
    public ImageLabels In(int count, Func<int, string> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_poolSize is { } size && size != count) throw new InvalidDataException($"{_path}: one label for each of {size} images; expected {count}, the size of the pool, the unreadable ones included; or say of each label which image has it.");
        int[] images = _areIndices ? [.. _entries.Select(entry => Index(entry, count))] : Found(count, key);
        string[]? names = _entries.TrueForAll(entry => int.TryParse(entry.Label, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? null
            : [.. _entries.Select(entry => entry.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var first = new Dictionary<int, int>(); // entry of each image
        var (kept, labels) = (new List<int>(), new List<int>());
        for (int e = 0; e < images.Length; e++)
        {
            var (line, image, label) = _entries[e];
            if (label[0] == '-' && long.TryParse(label, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)) throw new InvalidDataException($"{Where(line)}: label {label}; expected 0 or more.");
            if (first.TryGetValue(images[e], out int before))
            {
                if (_entries[before].Label != label) throw new InvalidDataException($"{Where(line)}: {image} has label {label}, and {_entries[before].Label} in line {_entries[before].Line}; expected one label an image.");
                continue;
            }
            first[images[e]] = e;
            kept.Add(images[e]);
            labels.Add(names is null ? int.Parse(label, CultureInfo.InvariantCulture) : Array.BinarySearch(names, label, StringComparer.Ordinal));
        }
        return new ImageLabels(kept, labels, names);
    }

    int Index((int Line, string Image, string Label) entry, int count) =>
        long.TryParse(entry.Image, NumberStyles.Integer, CultureInfo.InvariantCulture, out long index) && index >= 0 && index < count ? (int)index
            : throw new InvalidDataException($"{Where(entry.Line)}: image {entry.Image}; expected 0 to {count - 1}, an index of the pool's listing.");

    // One pass over the pool's names; only those that are wanted are kept.
    int[] Found(int count, Func<int, string> key)
    {
        var wanted = _entries.Select(entry => entry.Image).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        var twice = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
            if (key(i) is var name && wanted.Contains(name) && !found.TryAdd(name, i)) twice.Add(name);
        return [.. _entries.Select(entry => found.TryGetValue(entry.Image, out int i) && !twice.Contains(entry.Image) ? i
            : throw new InvalidDataException($"{Where(entry.Line)}: {entry.Image} names {(twice.Contains(entry.Image) ? "more than one image" : "no image")} of the pool; expected a name as in subset.txt{(count > 0 ? $", such as {key(0)}" : "")}, or give indices."))];
    }

    string Where(int line) => $"{_path}, {(_path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? "row" : "line")} {line}";

    static LabelsFile FromTable(string path, IEnumerable<(int Line, string[] Fields)> records)
    {
        var entries = new List<(int, string, string)>();
        int image = 0, label = 1;
        bool isFirst = true;
        bool? areIndices = null;
        foreach (var (line, fields) in records)
        {
            if (fields is [""]) continue;
            if (isFirst && fields.Length == 1) return OneColumn(path, line, fields[0].Trim(), records.Where(record => record.Line > line));
            if (isFirst && Header(fields) is { } header)
            {
                (image, label, areIndices, isFirst) = (header.Image, header.Label, header.IsIndex, false);
                continue;
            }
            if (isFirst && fields.Length != 2)
                throw new InvalidDataException($"{path}, line {line}: {fields.Length} columns; expected an image and its label, or a first line that names the columns index, key or path, and label.");
            isFirst = false;
            if (fields.Length <= Math.Max(image, label) || fields[image].Trim().Length == 0 || fields[label].Trim().Length == 0)
                throw new InvalidDataException($"{path}, line {line}: \"{string.Join(',', fields)}\"; expected an image and its label.");
            entries.Add((line, fields[image].Trim(), fields[label].Trim()));
        }
        return new LabelsFile(path, entries, areIndices);
    }

    // Each line is one image, so only the end may be blank.
    static LabelsFile OneColumn(string path, int firstLine, string first, IEnumerable<(int Line, string[] Fields)> rest)
    {
        var labels = new List<(int Line, string Label)>();
        if (!LabelColumns.Contains(first, StringComparer.OrdinalIgnoreCase)) labels.Add((firstLine, first));
        int? blank = firstLine > 1 ? 1 : null;
        foreach (var (line, fields) in rest)
        {
            if (fields.Length != 1) throw new InvalidDataException($"{path}, line {line}: {fields.Length} columns; expected one, as in the first line.");
            if (fields[0].Trim().Length == 0) blank ??= line;
            else if (blank is not null) throw new InvalidDataException($"{path}, line {blank}: is blank; expected a label, because each line is one image.");
            else labels.Add((line, fields[0].Trim()));
        }
        return FromList(path, labels);
    }

    static LabelsFile FromList(string path, List<(int Line, string Label)> labels) =>
        new(path, [.. labels.Select((label, i) => (label.Line, i.ToString(CultureInfo.InvariantCulture), label.Label)).Where(entry => entry.Label != "-1")], areIndices: true, labels.Count);

    static (int Image, int Label, bool IsIndex)? Header(string[] fields)
    {
        int index = Find(IndexColumns), key = Find(KeyColumns), label = Find(LabelColumns);
        return label < 0 || index < 0 && key < 0 ? null : (index >= 0 ? index : key, label, index >= 0);

        int Find(string[] names) => Array.FindIndex(fields, field => names.Contains(field.Trim(), StringComparer.OrdinalIgnoreCase));
    }

    static IEnumerable<(int Line, string[] Fields)> Csv(string path)
    {
        using var reader = new StreamReader(path);
        foreach (var record in CsvRecords.Read(reader, path)) yield return record;
    }

    static IEnumerable<(int Line, string[] Fields)> Text(string path)
    {
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            string trimmed = text.Trim();
            int cut = trimmed.LastIndexOf('\t') is >= 0 and var tab ? tab : trimmed.LastIndexOf(' ');
            if (cut < 0 && trimmed.Contains(',')) throw new InvalidDataException($"{path}, line {line}: \"{trimmed}\"; expected an image and its label with a tab or a space between. With commas, name the file .csv.");
            yield return (line, cut < 0 ? [trimmed] : [trimmed[..cut], trimmed[(cut + 1)..]]);
        }
    }

    static LabelsFile FromNpy(string path)
    {
        using var array = NpyFile.Read(path);
        if (array.Header.Shape.Length == 1) return FromList(path, [.. array.ReadIntegers().Select((label, i) => (i, label.ToString(CultureInfo.InvariantCulture)))]);
        var rows = array.ReadIntegerPairs();
        return new LabelsFile(path, [.. rows.Select((row, r) => (r, row.First.ToString(CultureInfo.InvariantCulture), row.Second.ToString(CultureInfo.InvariantCulture)))], areIndices: true);
    }
}
