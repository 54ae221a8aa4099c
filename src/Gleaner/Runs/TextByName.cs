using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gleaner;

/// <summary>Texts by name, each of them there: the annotations of a dictionary's values are not looked at by the serializer itself.</summary>
sealed class TextByName : JsonConverter<SortedDictionary<string, string>>
{
    public override SortedDictionary<string, string> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            texts[name] = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"{name} is no text");
        }
        return texts;
    }

    public override void Write(Utf8JsonWriter writer, SortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}
