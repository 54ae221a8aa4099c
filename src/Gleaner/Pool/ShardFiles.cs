using System.Text.RegularExpressions;

namespace Gleaner;

/// <summary>The files that a pool in several files is read from: one, those of a folder, or those of a pattern.</summary>
static partial class ShardFiles
{
    /// <summary>Name (relative to what was named, '/' between folders) and path of each, in ordinal order in a folder and in that of the braces in a pattern.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static (string Name, string Path)[] Find(string path, string extension)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path)) return [(Path.GetFileName(path), path)];
        if (!Directory.Exists(path)) return ShardPattern.IsPattern(path) ? ShardPattern.Files(path) : throw new FileNotFoundException($"{path}: no such file or folder.", path);
        string[] files = In(path, extension);
        return files.Length > 0 ? Array.ConvertAll(files, file => (Path.GetFileName(file), file)) : throw new InvalidDataException($"{path}: no {extension} in this folder.");
    }

    /// <summary>The files of a folder with that extension, hidden ones left out, in ordinal order.</summary>
    public static string[] In(string folder, string extension)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase) && !Path.GetFileName(file).StartsWith('.'))];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>Those of a split, where all are named as Hugging Face names them (<c>train-00000-of-00002.parquet</c>) and there is more than one split; else all, or none for a split other than train.</summary>
    public static (string Name, string Path)[] OfSplit((string Name, string Path)[] files, bool test)
    {
        var splits = files.ToLookup(file => SplitName().Match(file.Name) is { Success: true } match ? match.Groups[1].Value : "");
        bool isSplit = splits.Count > 1 && !splits.Contains("") && splits.Contains("train");
        if (!isSplit) return test ? [] : files;
        string[] wanted = test ? ["test", "validation", "valid", "val"] : ["train"];
        return wanted.FirstOrDefault(splits.Contains) is { } split ? [.. splits[split]] : [];
    }

    [GeneratedRegex(@"^(\w+)-\d{5}-of-\d{5}\.parquet$")]
    private static partial Regex SplitName();
}
