using System.Globalization;

namespace Gleaner.Cli;

/// <summary>The one place that writes to the console: results on stdout, everything for people who watch on stderr.</summary>
sealed class Terminal(TextWriter output, TextWriter error, bool isTerminal, bool quiet, TimeProvider time, bool atOnce = false)
{
    static readonly TimeSpan OnTerminal = TimeSpan.FromSeconds(0.1), InLog = TimeSpan.FromSeconds(5);

    long _lastProgress;
    int _lineLength;

    public static Terminal ForConsole(bool quiet) =>
        new(Console.Out, Console.Error, !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb", quiet, TimeProvider.System, atOnce: ChildProcess.IsChild);

    /// <summary>A result: stdout, even when quiet.</summary>
    public void Result(string text)
    {
        ClearLine();
        output.WriteLine(text);
    }

    /// <summary>Something a watching person wants to know; nothing when quiet.</summary>
    public void Say(string text)
    {
        if (quiet) return;
        ClearLine();
        error.WriteLine(Printable(text));
    }

    /// <summary>Something that must be known: stderr, even when quiet.</summary>
    public void Warn(string text)
    {
        ClearLine();
        error.WriteLine(Printable(text));
    }

    /// <summary>One line that is rewritten on a terminal, and a new line every few seconds elsewhere.</summary>
    public void Progress(Func<string> text)
    {
        if (quiet) return;
        lock (error)
        {
            if (_lastProgress != 0 && time.GetElapsedTime(_lastProgress) < (isTerminal ? OnTerminal : InLog)) return;
            if (_lastProgress == 0 && !isTerminal && !atOnce)
            {
                _lastProgress = time.GetTimestamp(); // a stage that ends at once needs no line in a log
                return;
            }
            _lastProgress = time.GetTimestamp();
            string line = Printable(text());
            if (!isTerminal)
            {
                error.WriteLine(line);
                return;
            }
            error.Write('\r' + line.PadRight(_lineLength));
            _lineLength = line.Length;
        }
    }

    /// <summary>A new stage: in a log its first progress line comes after the full interval; a parent hears it at once, and takes it for what an earlier sitting had done.</summary>
    public void StartStage()
    {
        ClearLine();
        _lastProgress = isTerminal || atOnce ? 0 : time.GetTimestamp();
    }

    /// <summary>Without characters that would steer a terminal: names of files come from strangers.</summary>
    public static string Printable(string text) => text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '\ufffd' : c)) : text;

    static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    void ClearLine()
    {
        lock (error)
        {
            if (_lineLength > 0) error.Write('\r' + new string(' ', _lineLength) + '\r');
            _lineLength = 0;
        }
    }

    /// <summary>A path as short as it can be typed here.</summary>
    public static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Duration(double seconds) => seconds switch
    {
        < 0.01 => "0.0 s",
        < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:00} min"),
    };
}
