using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gleaner;

/// <summary>The names that labels of latent classes stand for: <c>class-names.json</c> in a run folder, one JSON array of texts, the name of label k at place k.</summary>
public sealed class ClassNames
{
    /// <summary>The file's name in a run folder; there is none if classes have numbers only.</summary>
    public const string FileName = "class-names.json";

    // Names stay readable in the file; pages encode them anyway.
    static readonly RunJson Json = new(new JsonSerializerOptions(RunJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    readonly string[] _names;

    /// <summary>The name of label k is <paramref name="names"/>[k].</summary>
    public ClassNames(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
    }

    /// <summary>No names: every label stands for itself.</summary>
    public static ClassNames None { get; } = new([]);

    /// <summary>How many labels have names: 0 to Count - 1.</summary>
    public int Count => _names.Length;

    /// <summary>The names in the order of their labels.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>How people read a label: <c>3 (cat)</c>, or <c>3</c> if it has no name.</summary>
    public string this[int label]
    {
        get
        {
            string number = label.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return label >= 0 && label < _names.Length ? $"{number} ({_names[label]})" : number;
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON array of texts.</exception>
    public static ClassNames Read(string path)
    {
        try
        {
            string[]? names = JsonSerializer.Deserialize(File.ReadAllBytes(path), Json.StringArray);
            return names is null || names.Contains(null) ? throw new JsonException("it is null, or holds null") : new ClassNames(names);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no names of classes ({error.Message}); expected a JSON array of texts. Run the selection again.", error);
        }
    }

    /// <summary>Writes the file, atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, _names, Json.StringArray));
}
