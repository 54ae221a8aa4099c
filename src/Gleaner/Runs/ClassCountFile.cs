using System.Text.Json;

namespace Gleaner;

/// <summary>How K was chosen, in a run folder: every K that was tried with its silhouette, the silhouette without classes, and its inertia.</summary>
public static class ClassCountFile
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "classes-curve.json";

    /// <summary>Writes the file, atomically.</summary>
    public static void Write(string path, ClassCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, count, RunJson.Default.ClassCount));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ClassCount Read(string path)
    {
        try
        {
            var count = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.ClassCount);
            return count is { Curve: not null, Classes: >= 1 } && !count.Curve.Contains(null!) ? count : throw new JsonException("it has no curve or no K");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is no curve of K ({error.Message}). Run the selection again.", error);
        }
    }
}
