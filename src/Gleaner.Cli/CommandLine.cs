using System.CommandLine;
using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>Runs a command line: errors in one sentence on stderr, an exit code that says whose they are, and Ctrl+C that saves.</summary>
static class CommandLine
{
    public static int Run(Command root, string[] args)
    {
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine("gleaner: " + Terminal.Printable(OptionRange.InWords(error)));
            Console.Error.WriteLine("Try gleaner --help, or gleaner COMMAND --help.");
            return ExitCode.Usage;
        }

        using var cancel = new CancellationTokenSource();
        ChildProcess.StopWithParent(Console.In, cancel);
        int signals = 0;
        void Stop(PosixSignalContext context)
        {
            context.Cancel = Interlocked.Increment(ref signals) == 1; // the second Ctrl+C ends the process at once; a parent that stops a child is no Ctrl+C
            cancel.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancel.Token).GetAwaiter().GetResult();
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions is [var only, ..])
        {
            return Explain(only);
        }
        catch (Exception error)
        {
            return Explain(error);
        }
    }

    static int Explain(Exception error)
    {
        var (code, text) = error switch
        {
            OperationCanceledException => (ExitCode.Cancelled, "stopped; what was done is saved. The same command goes on from there."),
            UsageException => (ExitCode.Usage, error.Message),
            ArgumentException argument => (ExitCode.Usage, argument.Message.Replace($" (Parameter '{argument.ParamName}')", "", StringComparison.Ordinal)),
            InvalidDataException or FileNotFoundException or DirectoryNotFoundException => (ExitCode.BadData, error.Message),
            DllNotFoundException => (ExitCode.Environment, error.Message),
            IOException or UnauthorizedAccessException or ArithmeticException => (ExitCode.Failed, error.Message),
            _ => (ExitCode.Failed, "this should not happen; please report it with the lines below.\n" + error),
        };
        Console.Error.WriteLine("gleaner: " + Terminal.Printable(text));
        return code;
    }
}
