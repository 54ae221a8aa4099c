namespace Gleaner.Cli;

/// <summary>Copies or links the kept images of a folder into another folder, under the same relative paths.</summary>
sealed class KeptFiles(PoolInput pool, Subset subset)
{
    /// <summary>Makes the folder hold exactly the subset: what is there already is left, and foreign files are a reason to stop before anything is written.</summary>
    public void Place(string folder, bool link, CancellationToken cancel)
    {
        folder = Path.GetFullPath(folder);
        if (pool.FileOf(pool.Members[0]) is null)
            throw new UsageException($"{(link ? "--link-to" : "--copy-to")} needs a folder of images; {pool.Kind} in {pool.Path} has no file for each image. Use subset.npy.");
        var wanted = subset.Indices.Select(m => pool.Members[m]).ToDictionary(i => Path.Combine(folder, pool.Key(i).Replace('/', Path.DirectorySeparatorChar)), i => pool.FileOf(i)!, StringComparer.Ordinal);
        // A list may name files anywhere.
        if (wanted.Keys.FirstOrDefault(target => !Path.GetFullPath(target).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) is { } outside)
            throw new UsageException($"{outside} would lie outside of {folder}, since {pool.Path} names a file that is not below it. Use --export folder:DIR.");
        if (Directory.Exists(folder))
        {
            string[] foreign = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !wanted.ContainsKey(file) && Path.GetFileName(file) != Unfinished)];
            if (foreign.Length > 0)
                throw new UsageException($"{folder} holds {foreign.Length} files that are not in this subset (the first: {Path.GetRelativePath(folder, foreign[0])}). Choose an empty folder.");
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
            File.Move(unfinished, target, overwrite: true);
        }
    }

    const string Unfinished = ".gleaner.unfinished";

    static bool IsThere(string target, string source, bool link)
    {
        var found = new FileInfo(target);
        if (!found.Exists) return false;
        return link ? found.LinkTarget == source : found.LinkTarget is null && found.Length == new FileInfo(source).Length && found.LastWriteTimeUtc == File.GetLastWriteTimeUtc(source);
    }
}
