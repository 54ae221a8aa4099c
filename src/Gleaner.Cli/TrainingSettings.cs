using System.Text.Json;

namespace Gleaner.Cli;

/// <summary>The settings of the training that a run folder holds; another training needs another folder, so that nothing long is lost by a slip.</summary>
static class TrainingSettings
{
    /// <summary>Writes them, or refuses those that differ from the ones that are there, both values shown.</summary>
    /// <param name="path">Where they are written.</param>
    /// <param name="folder">The run folder, for messages.</param>
    /// <param name="settings">Names and values.</param>
    /// <param name="work">What the training makes: while none of these files and folders is there, nothing can be lost.</param>
    public static void Keep(string path, string folder, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> work)
    {
        if (!File.Exists(path) || !work.Any(made => File.Exists(made) || Directory.Exists(made) && Directory.EnumerateFileSystemEntries(made).Any()))
        {
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new SortedDictionary<string, string>(settings.ToDictionary(), StringComparer.Ordinal), CliJson.Default.SortedDictionaryStringString));
            return;
        }
        SortedDictionary<string, string> before;
        try
        {
            before = JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.SortedDictionaryStringString) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is damaged ({error.Message}). Delete {folder} to begin again.", error);
        }
        string[] differences = [.. settings.Keys.Union(before.Keys).Order(StringComparer.Ordinal)
            .Where(name => before.GetValueOrDefault(name) != settings.GetValueOrDefault(name))
            .Select(name => $"{name} is {before.GetValueOrDefault(name, "not set")} there and {settings.GetValueOrDefault(name, "not set")} now")];
        if (differences.Length > 0)
            throw new UsageException($"{folder} holds another training: {string.Join("; ", differences)}. Use its settings to go on, or another --out.");
    }
}
