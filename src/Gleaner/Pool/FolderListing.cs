namespace Gleaner;

/// <summary>
/// The files below a folder, each once, in ordinal order of their path. Links are followed after everything else,
/// and only to folders not seen yet: so loops end, and an image has the path that needs no link. Run folders of Gleaner in it are left out: what a run wrote is no image of the pool.
/// </summary>
sealed class FolderListing
{
    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>What every run folder has.</summary>
    internal const string RunFolderMark = "cache/lock";

    readonly string _root;
    readonly HashSet<string> _seen = [];
    readonly List<string> _links = [];
    readonly List<(string Key, FileInfo File)> _files = [];

    FolderListing(string root) => _root = root;

    /// <summary>Key (path relative to <paramref name="root"/> with '/') and file, hidden files (.name) and folders left out.</summary>
    /// <exception cref="InvalidDataException">A folder cannot be listed.</exception>
    public static IReadOnlyList<(string Key, FileInfo File)> Read(string root)
    {
        var listing = new FolderListing(root);
        listing.Walk(root, RealPath(root));
        for (int i = 0; i < listing._links.Count; i++)
            listing.Walk(listing._links[i], RealPath(listing._links[i]));
        listing._files.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        // Names that are not valid UTF-8 can look alike; none of them can be opened, so one stands for all.
        return [.. listing._files.DistinctBy(file => file.Key)];
    }

    void Walk(string folder, string realPath)
    {
        if (!_seen.Add(realPath) || folder != _root && File.Exists(Path.Join(folder, RunFolderMark))) return;
        var folders = new List<string>();
        foreach (var entry in Entries(folder))
        {
            if (entry.Name.StartsWith('.')) continue;
            if (entry is FileInfo file) _files.Add((Key(file.FullName), file));
            else (entry.LinkTarget is null ? folders : _links).Add(entry.FullName);
        }
        foreach (string inner in folders) Walk(inner, Path.Join(realPath, Path.GetFileName(inner)));
    }

    /// <summary>Sorted, because the order in which links are met decides under which name a linked folder is listed.</summary>
    static FileSystemInfo[] Entries(string folder)
    {
        try
        {
            FileSystemInfo[] entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything)];
            Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InvalidDataException($"{folder}: this folder cannot be listed ({e.GetType().Name}). Make it readable, or give it a valid name, or move it out of the pool.", e);
        }
    }

    string Key(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The path without any link in it.</summary>
    static string RealPath(string path)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Join(real, part);
            if (new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target) real = RealPath(target.FullName);
        }
        return real;
    }
}
