namespace Gleaner.Cli;

/// <summary>Commands of Gleaner that are run one after the other in processes of their own, and what is done with what they made.</summary>
sealed record Job
{
    public required string Name { get; init; }

    /// <summary>Asked when the job's turn has come: the run folders that its commands lock. What an earlier comparison left at work there, when it was killed, is about to stop and is waited for.</summary>
    public required Func<IReadOnlyList<string>> RunFolders { get; init; }

    /// <summary>Everything that the commands say goes there.</summary>
    public required string Log { get; init; }

    /// <summary>Asked when the job's turn has come: the words of each command, and its share of the work.</summary>
    public required Func<IReadOnlyList<(string[] Words, double Share)>> Commands { get; init; }

    /// <summary>The stage whose percent are the job's, where its commands have several; null for any.</summary>
    public string? Stage { get; init; }

    /// <summary>Multiply-adds, about: to say how much is left.</summary>
    public required double Work { get; init; }

    /// <summary>The arm that it belongs to.</summary>
    public required string Arm { get; init; }

    /// <summary>The job whose result it needs.</summary>
    public Job? After { get; init; }

    /// <summary>The job that must have ended before, well or not, as both work in one run folder.</summary>
    public Job? Behind { get; init; }

    /// <summary>Reads what the commands made, writes the result, and says it in a line.</summary>
    public required Func<string> Finish { get; init; }
}
