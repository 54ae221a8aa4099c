namespace Gleaner;

/// <summary>Files that hold one image each, as somebody else left them: links, pipes and things that are gone included.</summary>
static class WholeFile
{
    const string MayNot = "may not be read (permission denied)", Cannot = "cannot be read";

    /// <exception cref="InvalidDataException">The file cannot be read; the message is the reason, without a name.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = Target(file);
            if (target is null) throw new InvalidDataException(file.LinkTarget is null ? "is gone, or has a name that cannot be opened" : "is a link that leads to no file");
            // A pipe or device has no length, and opening it could wait forever.
            return target.Length > 0 ? File.ReadAllBytes(target.FullName) : throw new InvalidDataException("is 0 bytes (or no regular file)");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InvalidDataException(e is UnauthorizedAccessException ? MayNot : $"{Cannot} ({e.GetType().Name})", e);
        }
    }

    /// <summary>Whether a file that could not be read for this reason may be readable at another time without having changed; a damaged one is damaged until it changes.</summary>
    public static bool MayPass(string reason) => reason == MayNot || reason.StartsWith(Cannot, StringComparison.Ordinal);

    /// <summary>The file itself or the one behind a link; null if there is none, or the link leads in circles.</summary>
    public static FileInfo? Target(FileInfo file)
    {
        if (!file.Exists) return null;
        if (!file.Attributes.HasFlag(FileAttributes.ReparsePoint)) return file;
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Adds the file, or that it is not there, to a pool's fingerprint.</summary>
    public static void AddTo(PoolFingerprint fingerprint, string key, FileInfo? file)
    {
        var target = file is null ? null : Target(file);
        fingerprint.Add(key, target?.Length ?? -1, target?.LastWriteTimeUtc ?? DateTime.MinValue);
    }
}
