namespace Gleaner.Cli;

/// <summary>What the process says at its end.</summary>
static class ExitCode
{
    public const int Done = 0, Failed = 1, Usage = 2, BadData = 3, Environment = 4, Collapsed = 5, Cancelled = 130;
}
