using System.CommandLine;

namespace Gleaner.Cli;

/// <summary><c>gleaner report</c>: a run folder as one HTML file.</summary>
sealed class ReportCommand : Command
{
    /// <summary>The report's name in a run folder.</summary>
    public const string FileName = "report.html";

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
        string path = file ?? Path.Combine(run, FileName);
        bool isComparison = File.Exists(Path.Combine(run, "comparison.json"));
        if (!isComparison && !File.Exists(Path.Combine(run, "manifest.json")))
            throw new InvalidDataException($"{run}: no manifest.json and no comparison.json in it; expected the run folder of a finished gleaner select or gleaner compare.");
        AtomicFile.Write(path, stream =>
        {
            if (isComparison) CompareReport.Write(run, stream);
            else SelectReport.Write(run, stream);
        });
        Terminal.ForConsole(quiet: false).Result(path);
        return ExitCode.Done;
    }
}
