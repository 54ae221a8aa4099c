using System.Text.Json.Serialization;

namespace Gleaner;

/// <summary>How run files are written as JSON: source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NewLine = "\n",
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(TextByName)])]
[JsonSerializable(typeof(StageRecord))]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(ClassCount))]
[JsonSerializable(typeof(FewLabelsCard))]
internal sealed partial class RunJson : JsonSerializerContext;
