namespace Gleaner;

/// <summary>What a finished stage was made from, what it made, and what that cost.</summary>
public sealed record StageRecord
{
    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary>Everything the result depends on, by name.</summary>
    public required SortedDictionary<string, string> Inputs { get; init; }

    /// <summary>The files it made.</summary>
    public required SortedDictionary<string, StageOutput> Outputs { get; init; }

    /// <summary>Wall-clock seconds, interrupted tries included as far as they were counted.</summary>
    public double Seconds { get; init; }

    /// <summary>What is worth telling about the result.</summary>
    public required SortedDictionary<string, string> Facts { get; init; }
}
