using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gleaner;

/// <summary>What the latent classes of a run are called: a JSON object from the labels in <c>classes.npy</c> to their names.</summary>
static class ClassNamesFile
{
    public const string Name = "class-names.json";

    /// <summary>Class k is called <paramref name="names"/>[k].</summary>
    public static void Write(Stream stream, IReadOnlyList<string> names)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }); // a file, not a page
        json.WriteStartObject();
        for (int k = 0; k < names.Count; k++) json.WriteString(k.ToString(CultureInfo.InvariantCulture), names[k]);
        json.WriteEndObject();
    }

    /// <exception cref="InvalidDataException">The file is no such object.</exception>
    public static IReadOnlyDictionary<int, string> Read(string path)
    {
        var names = new Dictionary<int, string>();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var name in json.RootElement.EnumerateObject()) names[int.Parse(name.Name, CultureInfo.InvariantCulture)] = name.Value.GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"{path}: expected an object of labels with names. The file was changed; run the selection again.", error);
        }
        return names;
    }
}
