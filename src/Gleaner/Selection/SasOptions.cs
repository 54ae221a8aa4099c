namespace Gleaner;

/// <summary>How <see cref="SasSelector"/> ranks.</summary>
public sealed record SasOptions
{
    /// <summary>Which of the two objectives.</summary>
    public SasObjective Objective { get; init; } = SasObjective.GraphCut;

    /// <summary>Similarities below it count as 0; null means none. 0 is the authors' default.</summary>
    public double? Threshold { get; init; } = 0;

    /// <summary>So many of each class come first in the ranking, whatever the class's size.</summary>
    public int MinPerClass { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
