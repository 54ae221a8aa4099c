using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gleaner.Cli;

/// <summary>Gleaner run by Gleaner: its output goes to a log, its progress is heard, and it stops, saving, when its parent stops or dies.</summary>
static partial class ChildProcess
{
    /// <summary>The variable that tells a child to stop when its standard input ends.</summary>
    const string Marker = "GLEANER_CHILD";

    public static bool IsChild => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>In a child: cancels when the parent is gone, however it went.</summary>
    public static void StopWithParent(TextReader input, CancellationTokenSource cancel)
    {
        if (!IsChild) return;
        var watch = new Thread(() =>
        {
            while (input.Read() >= 0) { }
            try
            {
                cancel.Cancel();
            }
            catch (ObjectDisposedException) { } // it is at its end anyway
        }) { IsBackground = true };
        watch.Start();
    }

    /// <summary>Runs a command to its end and returns its exit code; <paramref name="progress"/> hears its stages, and their shares from 0 to 1.</summary>
    public static async Task<int> Run(IReadOnlyList<string> words, StreamWriter log, Action<string, double> progress, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location); // this one is run as dotnet Gleaner.Cli.dll
        foreach (string word in words) start.ArgumentList.Add(word);
        start.Environment[Marker] = "1";
        await log.WriteLineAsync("gleaner " + string.Join(' ', words.Select(Quoted))).ConfigureAwait(false);
        await log.FlushAsync(cancel).ConfigureAwait(false);
        using var process = Process.Start(start)!;
        using var stop = cancel.Register(process.StandardInput.Close);
        await Task.WhenAll(Copy(process.StandardOutput), Copy(process.StandardError)).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;

        async Task Copy(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                if (Percent().Match(line) is { Success: true } match) progress(match.Groups[1].Value, double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) / 100);
                lock (log)
                {
                    log.WriteLine(line);
                    log.Flush();
                }
            }
        }
    }

    /// <summary>A word as a shell takes it, so that a line can be run again by hand.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:,+=@".Contains(c)) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    // How Terminal writes progress: the stage, then percent.
    [GeneratedRegex(@"^(\S+)\s+(\d+) %")]
    private static partial Regex Percent();
}
