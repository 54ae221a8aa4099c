namespace Gleaner.Cli;

/// <summary>What is to be read, and how.</summary>
sealed record PoolSettings
{
    public required string Path { get; init; }

    /// <summary>The test images beside the pool, and not the pool.</summary>
    public bool TestPart { get; init; }
    public string? Array { get; init; }
    public int? ImageSize { get; init; }
    public bool Strict { get; init; }

    /// <summary>Labels are wanted; in a folder of images the parent folders' names.</summary>
    public bool Labels { get; init; }

    /// <summary>The images are written again, with the labels that they have.</summary>
    public bool KeepsLabels { get; init; }

    /// <summary>Images that could not be opened are tried again, although the pool then is another one: not while a training that was begun without them may be continued.</summary>
    public bool TriesAgain { get; init; }
    public required int Threads { get; init; }

    /// <summary>A run folder that holds these images decoded already; null to decode them.</summary>
    public string? PixelsFrom { get; init; }

    /// <summary>Stands before the stage's name and its files, so that a run can read two pools.</summary>
    public string Prefix { get; init; } = "";
}
