using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gleaner.Cli;

/// <summary>How far the decoding has come: images 0..Done-1 are decoded, or unreadable.</summary>
sealed class DecodeProgress
{
    public int Done { get; set; }

    public List<Unreadable> Unreadable { get; init; } = [];

    /// <summary>What the file says, if a pool of <paramref name="count"/> images of which <paramref name="decoded"/> are there can have come so far; else the beginning. A kill may come after the pixels went to their place.</summary>
    public static DecodeProgress Read(string path, int count, long decoded)
    {
        try
        {
            var progress = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.DecodeProgress) : null;
            return progress is { Unreadable: { } unreadable } && progress.Done <= count && progress.Done - unreadable.Count >= 0 && progress.Done - unreadable.Count <= decoded ? progress : new DecodeProgress();
        }
        catch (JsonException)
        {
            return new DecodeProgress();
        }
    }

    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, CliJson.Default.DecodeProgress));

    public static IReadOnlyList<Unreadable> ReadUnreadable(string path) => RunDocument.Read(path, CliJson.Default.ListUnreadable);

    public void WriteUnreadable(Stream stream) => JsonSerializer.Serialize(stream, Unreadable, CliJson.Default.ListUnreadable);
}

/// <summary>Source-generated, so that it starts fast.</summary>
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(DecodeProgress))]
sealed partial class CliJson : JsonSerializerContext;
