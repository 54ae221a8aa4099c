using System.CommandLine;

namespace Gleaner.Cli;

/// <summary><c>gleaner report</c>: a run folder as one HTML file.</summary>
sealed class ReportCommand : Command
{
    readonly Argument<string> _run = new("run") { Description = "The run folder of a finished gleaner select or gleaner compare." };
    readonly Option<string?> _out = new("--out") { Description = "Where to write the report [default: report.html in the run folder].", HelpName = "FILE" };

    public ReportCommand() : base("report", "Write what a run of select or compare found as one HTML file, from its run folder alone.")
    {
        Add(_run);
        Add(_out);
        SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(_run)!, parsed.GetValue(_out))));
    }

    static int Run(string run, string? file)
    {
        if (!Directory.Exists(run)) throw new DirectoryNotFoundException($"{run}: no such folder. Give the run folder of gleaner select or gleaner compare.");
        if (Directory.Exists(file)) throw new UsageException($"--out {file}; this is a folder. Give the name of a file.");
        Terminal.ForConsole(quiet: false).Result(ReportFile.Write(run, file));
        return ExitCode.Done;
    }
}
