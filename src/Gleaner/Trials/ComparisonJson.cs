using System.Text.Json.Serialization;

namespace Gleaner;

/// <summary>How comparisons are written as JSON: source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NewLine = "\n", UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(TextByName)])]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(IReadOnlyList<ComparisonRow>))]
[JsonSerializable(typeof(BreakEven))]
[JsonSerializable(typeof(SelectionCost))]
[JsonSerializable(typeof(Trial))]
internal sealed partial class ComparisonJson : JsonSerializerContext;
