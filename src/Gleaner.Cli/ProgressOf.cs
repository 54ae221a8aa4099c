namespace Gleaner.Cli;

/// <summary>Shows how many of a stage's things are done.</summary>
sealed class ProgressOf(string stage, int total, string unit, Terminal terminal) : IProgress<int>
{
    readonly long _start = Environment.TickCount64;

    public void Report(int done) => terminal.Progress(() => ProgressText.Of(stage, done, total, done, Environment.TickCount64 - _start, unit));
}
