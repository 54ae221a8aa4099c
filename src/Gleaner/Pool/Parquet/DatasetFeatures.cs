using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gleaner;

/// <summary>What Hugging Face datasets writes about the columns of a Parquet file, under <c>huggingface</c>: which are images, and what labels are called.</summary>
/// <remarks>{"info": {"features": {"image": {"_type": "Image"}, "label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}</remarks>
sealed class DatasetFeatures
{
    public const string MetadataName = "huggingface";

    readonly JsonObject _features;
    readonly JsonObject _all;

    DatasetFeatures(JsonObject all, JsonObject features) => (_all, _features) = (all, features);

    /// <summary>Null if there are none that can be understood.</summary>
    public static DatasetFeatures? Of(ParquetFooter footer)
    {
        if (!footer.Metadata.TryGetValue(MetadataName, out string? text)) return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) is JsonObject all && (all["info"] as JsonObject)?["features"] is JsonObject features && features.All(feature => feature.Value is not JsonObject of || of.Count > 0) ? new(all, features) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the second: text that is no valid Unicode
        {
            return null;
        }
    }

    public static DatasetFeatures For(bool hasLabels, IReadOnlyList<string>? labelNames)
    {
        var features = new JsonObject { ["image"] = new JsonObject { ["_type"] = "Image" }, ["key"] = Value("string") };
        if (hasLabels) features["label"] = labelNames is null ? Value("int64") : new JsonObject { ["names"] = new JsonArray([.. labelNames.Select(name => (JsonNode)name)]), ["_type"] = "ClassLabel" };
        return new DatasetFeatures(new JsonObject { ["info"] = new JsonObject { ["features"] = features } }, features);

        static JsonObject Value(string type) => new() { ["dtype"] = type, ["_type"] = "Value" };
    }

    /// <summary>The columns that are of this type, as <c>Image</c> or <c>ClassLabel</c>.</summary>
    public string[] OfType(string type) => [.. _features.Where(feature => TypeOf(feature.Value) == type).Select(feature => feature.Key)];

    /// <summary>What a ClassLabel's numbers stand for.</summary>
    public string[]? NamesOf(string column) =>
        _features[column] is JsonObject label && TypeOf(label) == "ClassLabel" && label["names"] is JsonArray names && names.All(name => Text(name) is not null)
            ? [.. names.Select(name => Text(name)!)] : null;

    /// <summary>The text as it is kept in a file with these columns only.</summary>
    public string ToText(IEnumerable<string> columns)
    {
        var wanted = columns.ToHashSet();
        var copy = (JsonObject)_all.DeepClone();
        var features = (JsonObject)copy["info"]!["features"]!;
        foreach (string name in features.Select(feature => feature.Key).ToArray())
            if (!wanted.Contains(name)) features.Remove(name);
        return copy.ToJsonString();
    }

    static string? TypeOf(JsonNode? feature) => feature is JsonObject of ? Text(of["_type"]) : null;

    // Null for what is no text, or no valid Unicode.
    static string? Text(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
