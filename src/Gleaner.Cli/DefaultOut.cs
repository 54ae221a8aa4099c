namespace Gleaner.Cli;

/// <summary>Where results go if the user does not say.</summary>
static class DefaultOut
{
    /// <summary><c>runs/cifar10</c>, or with a purpose <c>runs/cifar10-simclr</c>.</summary>
    public static string For(string pool, string? purpose = null)
    {
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(pool))) is { Length: > 0 } given ? given : "pool";
        return Path.Combine("runs", purpose is null ? name : $"{name}-{purpose}");
    }
}
