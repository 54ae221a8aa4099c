using System.Text.Json.Serialization;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>What <c>gleaner supervised</c> found; supervised.json, and what <c>--json</c> prints.</summary>
sealed record SupervisedReport
{
    public required string Gleaner { get; init; }
    public required string Pool { get; init; }
    public string? Subset { get; init; }
    public required int Images { get; init; }
    public required string Network { get; init; }
    public required int Classes { get; init; }
    public required int Epochs { get; init; }
    public required int Steps { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }
    public required int Seed { get; init; }

    /// <summary>Where the test images come from; null without any.</summary>
    public string? Test { get; init; }

    /// <summary>At the end of the training; no epoch is chosen.</summary>
    public ClassifierAccuracy? Accuracy { get; init; }
    public required double Seconds { get; init; }
    public required IReadOnlyList<string> Orders { get; init; }
}

/// <summary>Source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SupervisedReport))]
sealed partial class SupervisedJson : JsonSerializerContext;
