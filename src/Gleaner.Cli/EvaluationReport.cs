using System.Text.Json.Serialization;

namespace Gleaner.Cli;

/// <summary>What <c>gleaner evaluate</c> found; evaluation.json, and what <c>--json</c> prints.</summary>
sealed record EvaluationReport
{
    public required string Gleaner { get; init; }

    /// <summary>The encoder's file, its content, and what is written in it.</summary>
    public required string Encoder { get; init; }
    public required string EncoderHash { get; init; }
    public required string Architecture { get; init; }
    public required string TrainedBy { get; init; }

    /// <summary>The hash of weights and buffers before all embedding and after it are one.</summary>
    public required bool EncoderUnchanged { get; init; }
    public required string Pool { get; init; }
    public required int TrainingImages { get; init; }

    /// <summary>Where the test images come from, in words.</summary>
    public required string Test { get; init; }
    public required int TestImages { get; init; }

    /// <summary>Test images that are not among them, as no training image has their label.</summary>
    public int TestImagesLeftOut { get; init; }
    public required int Dimension { get; init; }
    public required int Seed { get; init; }

    /// <summary>Wall-clock seconds of all of it.</summary>
    public double Seconds { get; init; }
    public required LinearProbeResult Linear { get; init; }
    public required NearestNeighbourResult Neighbours { get; init; }

    /// <summary>Raw pixels and the untrained network; null if not asked for.</summary>
    public IReadOnlyList<BaselineScore>? Baselines { get; init; }
    public IReadOnlyList<FewShotScore>? FewShot { get; init; }
    public GeometryReport? Geometry { get; init; }
}

/// <summary>What is reached without training.</summary>
sealed record BaselineScore(string Name, int Dimension, LinearProbeResult Linear, NearestNeighbourResult Neighbours);

/// <summary>The geometry of the pool in the encoder's output, and of a subset beside it.</summary>
sealed record GeometryReport(string Views, Geometry Pool, GeneralizationBound? Bound, SubsetPreservation? Subset);

/// <summary>Source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EvaluationReport))]
sealed partial class EvaluationJson : JsonSerializerContext;
