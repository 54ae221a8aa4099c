using System.Text.Json;

namespace Gleaner;

/// <summary>A list of images of a pool, as somebody wrote it down: by index or by key.</summary>
public sealed class ImageList
{
    readonly string _path;
    readonly string[] _entries;
    readonly bool _areKeys;

    ImageList(string path, string[] entries, bool areKeys) => (_path, _entries, _areKeys) = (path, entries, areKeys);

    /// <summary>How many entries.</summary>
    public int Count => _entries.Length;

    /// <summary>
    /// Reads <c>.npy</c> or <c>.pkl</c> (whole numbers: indices), <c>.txt</c> (a line each, as in subset.txt) or <c>.csv</c> (the column index, or else key, or the
    /// only one). Text is a list of indices if every entry is a whole number, and of keys otherwise.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or it is not clear what it lists.</exception>
    public static ImageList Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string extension = Path.GetExtension(path).ToLowerInvariant();
        return extension switch
        {
            ".npy" => FromIndices(path, ReadNpy(path)),
            ".pkl" or ".pickle" => FromIndices(path, PickleFile.ReadIntList(path)),
            ".txt" => FromText(path, File.ReadLines(path).Where(line => line.Length > 0).Select(Unquote)),
            ".csv" => FromText(path, Column(path)),
            _ => throw new InvalidDataException($"{path}: extension \"{extension}\"; expected a list of images as .npy, .txt, .csv or .pkl."),
        };
    }

    /// <summary>The indices of the images in a pool of <paramref name="count"/> images, in the order of the list.</summary>
    /// <exception cref="InvalidDataException">An entry is no image of the pool, or names one that was named before.</exception>
    public int[] In(int count, Func<int, string> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var indices = new int[_entries.Length];
        var seen = new HashSet<int>(_entries.Length);
        var byKey = _areKeys ? Enumerable.Range(0, count).ToLookup(key, StringComparer.Ordinal) : null;
        for (int e = 0; e < indices.Length; e++)
        {
            indices[e] = byKey is null ? Index(e, count) : Find(e, byKey);
            if (!seen.Add(indices[e])) throw new InvalidDataException($"{_path}: entry {e + 1}, {_entries[e]}, is image {indices[e]}, which is listed before; expected different images.");
        }
        return indices;
    }

    static ImageList FromIndices(string path, long[] indices) => new(path, [.. indices.Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))], areKeys: false);

    static ImageList FromText(string path, IEnumerable<string> entries)
    {
        string[] all = [.. entries];
        return new ImageList(path, all, areKeys: !all.All(IsIndex));
    }

    static bool IsIndex(string text) => long.TryParse(text, System.Globalization.NumberStyles.Integer, System.Globalization.CultureInfo.InvariantCulture, out _);

    int Index(int entry, int count)
    {
        long index = long.Parse(_entries[entry], System.Globalization.CultureInfo.InvariantCulture);
        return index >= 0 && index < count ? (int)index
            : throw new InvalidDataException($"{_path}: entry {entry + 1} is image {index}; expected 0 to {count - 1}, an index of the pool's listing.");
    }

    int Find(int entry, ILookup<string, int> byKey)
    {
        int[] found = [.. byKey[_entries[entry]].Take(2)];
        if (found.Length == 0) found = [.. byKey[CsvText.KeyOf(_entries[entry])].Take(2)];
        return found.Length == 1 ? found[0]
            : throw new InvalidDataException($"{_path}: entry {entry + 1}, {_entries[entry]}, names {(found.Length == 0 ? "no image" : "more than one image")} of the pool; expected a name as in subset.txt, or give indices.");
    }

    static long[] ReadNpy(string path)
    {
        using var array = NpyFile.Read(path);
        return array.ReadIntegers();
    }

    // subset.txt writes a key that holds a line break as a JSON string.
    static string Unquote(string line)
    {
        if (line is not ['"', .., '"'] || !line.Contains('\\')) return line;
        try
        {
            using var text = JsonDocument.Parse(line);
            return text.RootElement.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return line; // a key that merely looks like one, or no valid Unicode
        }
    }

    static IEnumerable<string> Column(string path)
    {
        using var reader = new StreamReader(path);
        int? column = null;
        foreach (var (line, fields) in CsvRecords.Read(reader, path))
        {
            if (fields is [""]) continue;
            if (column is null)
            {
                string[] names = Array.ConvertAll(fields, field => field.Trim().ToLowerInvariant());
                column = Array.IndexOf(names, "index") is >= 0 and var index ? index : Array.IndexOf(names, "key") is >= 0 and var key ? key : fields.Length == 1 ? -1
                    : throw new InvalidDataException($"{path}, line {line}: columns {string.Join(", ", names)}; expected one named index or key, or one column only.");
                if (column >= 0) continue;
                column = 0; // a list without a header
            }
            yield return fields.Length > column ? fields[column.Value]
                : throw new InvalidDataException($"{path}, line {line}: {fields.Length} columns; expected as many as in the first line.");
        }
    }
}
