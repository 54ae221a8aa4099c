using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>
/// Names for exported images, made from their keys: the same every time, each once, relative, and never out of the folder. Keys come from archives and tables
/// of strangers, so nothing in them is taken for a path.
/// </summary>
sealed class ExportNames(ImagePool pool, ExportKind kind)
{
    const int LongestPart = 120;

    static readonly string[] Extensions = ["png", "jpg", "webp", "gif", "bmp"];

    Dictionary<int, string>? _folderOf;
    readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);   // some file systems do not tell Ab from aB

    /// <summary>The name of the next image. In a folder it ends as an image's does, or is to be completed with '.' and an extension; in an archive it has no point in its last part.</summary>
    public string Next(int index)
    {
        string key = pool.Key(index);
        if (kind == ExportKind.Folder && pool is not ImageFolderPool)
            foreach (string inLabel in InFolders(key, index))
                if (Take(inLabel) is { } found) return found;
        string whole = Safe(key);
        // A sample keeps its name as long as no other shard has it too.
        if (kind == ExportKind.Tar && pool is TarPool && Take(Safe(key[(key.IndexOf('#', StringComparison.Ordinal) + 1)..])) is { } sample) return sample;
        if (Take(whole) is { } name) return name;
        for (int again = 2; ; again++)
            if (Take(Numbered(whole, again)) is { } other) return other;
    }

    // Readers of folders take the name of an image's parent folder for its label: so it is the label where there is one, and never the name of an archive.
    IEnumerable<string> InFolders(string key, int index)
    {
        int record = key.IndexOf('#', StringComparison.Ordinal) + 1;
        string shard = record == 0 ? "" : Path.GetFileNameWithoutExtension(key[..(record - 1)]), rest = key[record..];
        if (pool.Labels is not { } labels)
        {
            if (record > 0) yield return Safe($"{shard}/{rest}");
            yield break;
        }
        string folder = labels[index] < 0 ? "" : (_folderOf ??= Folders(labels))[labels[index]] + "/";
        yield return folder + Flat(rest[(rest.LastIndexOf('/') + 1)..]);
        yield return folder + Flat(rest);
        if (record > 0) yield return folder + Flat($"{shard}-{rest}");
    }

    // One for each label, though characters that no folder may have are replaced.
    Dictionary<int, string> Folders(int[] labels)
    {
        var (folders, taken) = (new Dictionary<int, string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (int label in labels.Where(label => label >= 0).Distinct().Order())
        {
            string name = Flat(label < pool.LabelNames?.Count ? pool.LabelNames[label] : label.ToString(CultureInfo.InvariantCulture)), folder = name;
            for (int again = 2; !taken.Add(folder); again++) folder = $"{name}~{again}";
            folders[label] = folder;
        }
        return folders;
    }

    static string Flat(string text) => text.Length == 0 ? "_" : Part(text.Replace('/', '_'));

    /// <summary>The name of the file in a folder.</summary>
    public static string WithExtension(string name, string extension) => ImageFolderPool.IsImageName(name) ? name : $"{name}.{extension}";

    string? Take(string name)
    {
        if (kind != ExportKind.Folder) return _taken.Add(name) ? name : null;
        string[] possible = [.. Extensions.Select(extension => WithExtension(name, extension))];
        if (possible.Any(_taken.Contains)) return null;
        _taken.UnionWith(possible);
        return name;
    }

    static string Numbered(string name, int number)
    {
        string extension = ImageFolderPool.IsImageName(name) ? Path.GetExtension(name) : "";
        return $"{name[..^extension.Length]}~{number}{extension}";
    }

    string Safe(string key)
    {
        string[] parts = [.. key.Replace('#', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Select(Part)];
        if (parts.Length == 0) return "_";
        if (kind == ExportKind.Tar)
        {
            string last = ImageFolderPool.IsImageName(parts[^1]) ? Path.GetFileNameWithoutExtension(parts[^1]) : parts[^1];
            parts[^1] = last.Replace('.', '_');
        }
        return string.Join('/', parts);
    }

    static string Part(string part)
    {
        var safe = new StringBuilder(part.Length);
        foreach (char c in part) safe.Append(char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or '\ufffd' ? '_' : c);
        if (safe[0] == '.') safe[0] = '_';   // also hidden files, which no pool lists
        string text = safe.ToString();
        if (Encoding.UTF8.GetByteCount(text) <= LongestPart) return text;
        string extension = ImageFolderPool.IsImageName(text) ? Path.GetExtension(text) : "", hash = ContentHash.Of(Encoding.UTF8.GetBytes(part))[..16];
        int length = Math.Min(text.Length, LongestPart / 4);
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return $"{text[..length]}~{hash}{extension}";
    }
}
