using Xunit;

namespace Gleaner.Tests;

/// <summary>Where test data is: in the repository, beside it (../shared/data, which not everybody has), or made in a folder that is deleted afterwards.</summary>
static class TestData
{
    public static string Repository { get; } = FindRepository();

    /// <summary>A file or folder of the repository.</summary>
    public static string InRepository(params string[] parts) => Path.Combine([Repository, .. parts]);

    public static string Sample => Path.Combine(Repository, "samples", "fashion-mnist");

    /// <summary>A path under ../shared/data, or null if that data is not on this machine.</summary>
    public static string? Shared(params string[] parts)
    {
        string path = Path.Combine([Repository, "..", "shared", "data", .. parts]);
        return Path.Exists(path) ? Path.GetFullPath(path) : null;
    }

    /// <summary>As <see cref="Shared"/>, but the test is skipped, visibly, if the data is not there.</summary>
    public static string SharedOrSkip(params string[] parts)
    {
        string? path = Shared(parts);
        if (path is null) Assert.Skip($"../shared/data/{string.Join('/', parts)} is not on this machine");
        return path!;
    }

    static string FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Gleaner.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"No Gleaner.slnx above {AppContext.BaseDirectory}.");
    }
}
