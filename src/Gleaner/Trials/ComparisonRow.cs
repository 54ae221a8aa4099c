namespace Gleaner;

/// <summary>One arm at one budget in one measure, over seeds.</summary>
public sealed record ComparisonRow
{
    /// <summary>The arm.</summary>
    public required ComparisonArm Arm { get; init; }

    /// <summary>The budget.</summary>
    public required ComparisonBudget Budget { get; init; }

    /// <summary>The measure's name.</summary>
    public required string Measure { get; init; }

    /// <summary>How many seeds were to be run.</summary>
    public required int Planned { get; init; }

    /// <summary>The accuracy of every seed that was run, their mean and standard deviation.</summary>
    public required SeedValues Values { get; init; }

    /// <summary>Against the baseline at the same budget; null for the baseline itself, for the whole pool, and where there is no baseline.</summary>
    public PairedDifference? Difference { get; init; }

    /// <summary>How many of the baseline's images would do as well; null where <see cref="Difference"/> is, and where nothing was run.</summary>
    public RandomEquivalent? Equivalent { get; init; }
}
