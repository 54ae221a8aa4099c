namespace Gleaner.Cli;

/// <summary>Where results go if the user does not say.</summary>
static class DefaultOut
{
    /// <summary><c>runs/cifar10</c>, or with a purpose <c>runs/cifar10-simclr</c>.</summary>
    public static string For(string pool, string? purpose = null)
    {
        // Of a pattern what stands before it: shards/train-{000..012}.tar is train, or else shards.
        if (!Path.Exists(pool) && ShardPattern.IsPattern(pool))
        {
            string before = pool[..pool.IndexOfAny(['{', '*', '?'])];
            pool = Path.GetFileName(before).TrimEnd('-', '_', '.') is { Length: > 0 } start ? start : Path.GetDirectoryName(before) is { Length: > 0 } folder ? folder : "pool";
        }
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(pool))) is { Length: > 0 } given ? given : "pool";
        return Path.Combine("runs", purpose is null ? name : $"{name}-{purpose}");
    }
}
