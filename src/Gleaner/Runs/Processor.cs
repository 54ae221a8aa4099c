namespace Gleaner;

/// <summary>The processor that this runs on.</summary>
public static class Processor
{
    /// <summary>Its name as it gives it; where the system does not say, its architecture.</summary>
    public static string Name { get; } = Find();

    static string Find()
    {
        try
        {
            string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
            string? name = line is null ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (!string.IsNullOrEmpty(name)) return name;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)   // a name is not worth a failure
        {
        }
        return System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
