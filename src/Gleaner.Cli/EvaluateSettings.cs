namespace Gleaner.Cli;

/// <summary>What <c>gleaner evaluate</c> was asked to do.</summary>
sealed record EvaluateSettings
{
    public required string Encoder { get; init; }
    public required string Pool { get; init; }

    /// <summary>Null: the pool's own test part, or a part of the pool.</summary>
    public string? Test { get; init; }

    /// <summary>Probes are tested on these images of the pool and do not learn from them; null for <see cref="Test"/>.</summary>
    public string? TestOnFile { get; init; }

    /// <summary>Probes learn from these images of the pool alone; null for all.</summary>
    public string? TrainOnFile { get; init; }

    /// <summary>A subset whose geometry is compared with the pool's.</summary>
    public string? SubsetFile { get; init; }
    public required string Out { get; init; }
    public int Neighbours { get; init; } = 20;

    /// <summary>Null: plain votes.</summary>
    public double? Temperature { get; init; } = 0.07;
    public bool FewShot { get; init; }

    /// <summary>Raw pixels and an untrained network are measured, too.</summary>
    public bool Baselines { get; init; }
    public int Draws { get; init; } = 5;
    public bool Geometry { get; init; }
    public int Views { get; init; } = 4;
    public string? PixelsFrom { get; init; }
    public int Seed { get; init; }
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool Json { get; init; }
    public bool Quiet { get; init; }
}
