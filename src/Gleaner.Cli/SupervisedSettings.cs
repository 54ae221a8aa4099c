using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>What <c>gleaner supervised</c> was asked to do; null means the default for the images.</summary>
sealed record SupervisedSettings
{
    public required string Pool { get; init; }
    public required string Out { get; init; }
    public string? SubsetFile { get; init; }
    public int? First { get; init; }

    /// <summary>Null: the pool's own test part, or none.</summary>
    public string? Test { get; init; }
    /// <summary>Accuracy is measured on these images of the pool, which are not trained on; null for <see cref="Test"/>.</summary>
    public string? TestOnFile { get; init; }
    public int? Depth { get; init; }
    public double? Width { get; init; }
    public ResNetStem? Stem { get; init; }
    public int? ImageSize { get; init; }
    public int? Epochs { get; init; }
    public int? Steps { get; init; }
    public int? BatchSize { get; init; }
    public double? LearningRate { get; init; }

    /// <summary>Trainings from different first weights that EL2N and GraNd are averaged over; 0 for neither.</summary>
    public int EarlyRuns { get; init; }

    /// <summary>Null: a tenth of the epochs, at least 1 and at most 10, the paper's of 200.</summary>
    public int? El2nEpoch { get; init; }
    public string? PixelsFrom { get; init; }
    public int Seed { get; init; }
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool Json { get; init; }
    public bool Quiet { get; init; }

    public PoolSettings ToRead => new() { Path = Pool, ImageSize = ImageSize, Labels = true, PixelsFrom = PixelsFrom, Threads = Threads };

    public ProxyOptions NetworkFor(int imageSize) => new()
    {
        Architecture = new() { Depth = Depth ?? 10, Width = Width ?? 0.25, Stem = Stem ?? ResNetOptions.StemFor(imageSize, fast: true) },
        ImageSize = imageSize,
    };

    public SupervisedTrainerOptions TrainingFor(int images)
    {
        var o = new SupervisedTrainerOptions { Epochs = Epochs ?? Math.Clamp(500_000 / images, 10, 200), Steps = Steps, Seed = Seed };
        if (BatchSize is { } batch) o = o.WithBatchSize(batch);
        return o with { LearningRate = LearningRate ?? o.LearningRate };
    }
}
