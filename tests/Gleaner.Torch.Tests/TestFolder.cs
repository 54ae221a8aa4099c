namespace Gleaner.Torch.Tests;

/// <summary>A new empty folder that is deleted at the end.</summary>
sealed class TestFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gleaner-test-");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public string[] Files => [.. _folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);
}
