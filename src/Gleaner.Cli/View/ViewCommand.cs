using System.CommandLine;

namespace Gleaner.Cli;

/// <summary><c>gleaner view</c>: a finished selection as pages on this machine.</summary>
sealed class ViewCommand : Command
{
    readonly Argument<string> _run = new("run") { Description = "The run folder of a finished gleaner select." };
    readonly Option<int?> _port = new("--port") { Description = $"The port at 127.0.0.1; 0 for any that is free [default: {ViewServer.DefaultPort}, or another if that is taken].", HelpName = "N" };
    readonly Option<string?> _marks = new("--marks")
    {
        Description = "Where your marks are kept: NAME-keep.csv and NAME-exclude.csv, which gleaner select --keep and --exclude read [default: marks in the run folder].",
        HelpName = "NAME",
    };

    public ViewCommand() : base("view", "Look through the whole pool of a selection in a browser, and mark images to keep or to exclude. Only this machine can open the pages; they load nothing from elsewhere. Ctrl+C ends it.")
    {
        Add(_run);
        Add(_port);
        Add(_marks);
        SetAction((parsed, cancel) => Run(parsed.GetValue(_run)!, parsed.InRange(_port, 0, 65535), parsed.GetValue(_marks), cancel));
    }

    static async Task<int> Run(string folder, int? port, string? name, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: no such folder. Give the run folder of a finished gleaner select.");
        if (File.Exists(Path.Combine(folder, "comparison.json"))) throw new InvalidDataException($"{folder}: the folder of a gleaner compare; expected the run folder of one selection. Those of this comparison are in folders below it, and gleaner report {folder} shows the whole.");
        var terminal = Terminal.ForConsole(quiet: false);
        terminal.Say($"reading {Terminal.Shown(Path.GetFullPath(folder))}");
        using var run = SelectRun.Open(folder, withDetails: true);
        using var marks = ImageMarks.Open(MarksName(name) ?? Path.Combine(folder, "marks"), run.Scores, run.Manifest.Pool.Count);
        using var original = new OriginalPool(run.Manifest.Pool);
        var pool = new ViewedPool(run, marks, original);
        var access = new ViewAccess();
        await using var server = await ViewServer.Start(port, new ViewSite(pool, access), access, cancel).ConfigureAwait(false);
        terminal.Result(server.Address);
        terminal.Say($"Open this address in a browser on this machine. Marks go to {marks.KeepFile} and {marks.ExcludeFile}. Ctrl+C ends it.");
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        return ExitCode.Done;
    }

    static string? MarksName(string? name)
    {
        if (name is null) return null;
        if (Directory.Exists(name)) return Path.Combine(name, "marks");
        return name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? name[..^".csv".Length] : name;
    }
}
