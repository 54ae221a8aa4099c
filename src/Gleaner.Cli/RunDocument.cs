using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gleaner.Cli;

/// <summary>A JSON document of a run folder that is made again if it is gone.</summary>
static class RunDocument
{
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static T Read<T>(string file, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), type) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: is damaged ({error.Message}). Delete it and run the same command again.", error);
        }
    }
}
