namespace Gleaner.Cli;

/// <summary>The report of a run folder.</summary>
static class ReportFile
{
    /// <summary>Its name there.</summary>
    public const string Name = "report.html";

    /// <summary>Writes it whole or not at all, as <see cref="Name"/> in the run folder or elsewhere; says where.</summary>
    /// <exception cref="InvalidDataException">The folder is not that of a finished select or compare.</exception>
    public static string Write(string run, string? file = null)
    {
        string path = file ?? Path.Combine(run, Name);
        bool isComparison = File.Exists(Path.Combine(run, "comparison.json"));
        if (!isComparison && !File.Exists(Path.Combine(run, "manifest.json")))
            throw new InvalidDataException($"{run}: no manifest.json and no comparison.json in it; expected the run folder of a finished gleaner select or gleaner compare.");
        AtomicFile.Write(path, stream =>
        {
            if (isComparison) CompareReport.Write(run, stream);
            else SelectReport.Write(run, stream);
        });
        return path;
    }
}
