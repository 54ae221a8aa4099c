namespace Gleaner.Cli;

/// <summary>Copies or links the kept images of a folder into another folder, under the same relative paths. Nothing that is there is ever replaced.</summary>
sealed class KeptFiles(PoolInput pool, Subset subset)
{
    /// <summary>Refuses what can be known to fail before any work.</summary>
    public static void Check(PoolInput pool, string folder, bool link)
    {
        if (pool.FileOf(pool.Members[0]) is null)
            throw new UsageException($"{(link ? "--link-to" : "--copy-to")} needs a folder of images; {pool.Kind} in {pool.Path} has no file for each image. Use subset.npy.");
        if (pool.Source is ImageFolderPool) CheckOutside(pool, folder, link ? "--link-to" : "--copy-to");
    }

    /// <summary>Refuses a folder in the pool, but for run folders, which are no part of it: what is written there would belong to the pool the next time.</summary>
    public static void CheckOutside(PoolInput pool, string folder, string option)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(pool.Path)), at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Below(at, root)) return;
        for (; at != root && !File.Exists(Path.Combine(at, FolderListing.RunFolderMark)); at = Path.GetDirectoryName(at)!) { }
        if (at == root)
            throw new UsageException($"{option} {folder} lies in the pool, {pool.Path}; what is written there would be images of the pool the next time. Choose a folder elsewhere.");
    }

    /// <summary>Makes the folder hold exactly the subset: what is there already is left, and foreign files are a reason to stop before anything is written.</summary>
    public void Place(string folder, bool link, CancellationToken cancel)
    {
        folder = Path.GetFullPath(folder);
        Check(pool, folder, link);
        var wanted = subset.Indices.Select(m => pool.Members[m]).ToDictionary(i => Path.GetFullPath(Path.Combine(folder, pool.Key(i).Replace('/', Path.DirectorySeparatorChar))), i => pool.FileOf(i)!, StringComparer.Ordinal);
        // A list may name files anywhere.
        if (wanted.Keys.FirstOrDefault(target => !Below(target, folder)) is { } outside)
            throw new UsageException($"{outside} would lie outside of {folder}, since {pool.Path} names a file that is not below it. Use --export folder:DIR.");
        if (Directory.Exists(folder))
        {
            string[] foreign = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !wanted.ContainsKey(file) && Path.GetFileName(file) != Unfinished)];
            if (foreign.Length > 0)
                throw new UsageException($"{folder} holds {foreign.Length} files that are not in this subset (the first: {Path.GetRelativePath(folder, foreign[0])}). Choose an empty folder.");
            if (wanted.FirstOrDefault(file => new FileInfo(file.Key) is var found && (found.Exists || found.LinkTarget is not null) && !IsThere(file.Key, file.Value, link)) is { Key: { } other })
                throw new UsageException($"{other} is there and is {(link ? "no link to" : "no copy of")} {wanted[other]}. Choose an empty folder.");
        }
        foreach (var (target, source) in wanted)
        {
            cancel.ThrowIfCancellationRequested();
            if (IsThere(target, source, link)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string unfinished = Path.Combine(Path.GetDirectoryName(target)!, Unfinished); // not the name with something added, which may be as long as names can be
            File.Delete(unfinished);
            if (link) File.CreateSymbolicLink(unfinished, source);
            else File.Copy(source, unfinished);
            File.Move(unfinished, target, overwrite: false);
        }
    }

    const string Unfinished = ".gleaner.unfinished";

    static bool IsThere(string target, string source, bool link)
    {
        var found = new FileInfo(target);
        if (!found.Exists) return false;
        if (link || found.LinkTarget is not null) return link && found.LinkTarget == source;
        return found.Length == new FileInfo(source).Length && (found.LastWriteTimeUtc == File.GetLastWriteTimeUtc(source) || ContentHash.OfFile(target) == ContentHash.OfFile(source));
    }

    // Or the folder itself.
    static bool Below(string path, string folder) => (path + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
