using System.Diagnostics;
using Xunit;

namespace Gleaner.Cli.Tests;

/// Runs the built tool as its users do: as a process.
static class Tool
{
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";

    public static string Root { get; } = FindRoot();

    public static string Library { get; } = Path.Combine(Root, "src", "Gleaner.Cli", "bin", Configuration, "net10.0", "Gleaner.Cli.dll");

    public sealed record Outcome(int Code, string Output, string Error)
    {
        public Outcome Is(int code)
        {
            Assert.True(Code == code, $"exit code {Code}, expected {code}\nstdout: {Output}\nstderr: {Error}");
            return this;
        }
    }

    public static Process Start(string folder, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Library, .. args]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    public static Outcome Run(string folder, params string[] args) => Finish(Start(folder, args));

    public static Outcome Python(string folder, string script) =>
        Finish(Process.Start(new ProcessStartInfo(PythonPath, ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!);

    /// Skips the test, visibly, where python3 has no numpy.
    public static void NeedsNumpy() => Assert.SkipUnless(File.Exists(PythonPath) && Python(Root, "import numpy").Code == 0, "needs python3 with numpy");

    const string PythonPath = "/usr/bin/python3";

    public static Outcome Finish(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Outcome(process.ExitCode, output, error.Result);
        }
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Gleaner.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("Gleaner.slnx is in no folder above " + AppContext.BaseDirectory);
    }
}
