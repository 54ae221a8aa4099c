using System.Diagnostics;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class InstalledToolTests : TempFolder
{
    /// libLibTorchSharp.so asks for a newer libstdc++ than Debian 12 has; what is packed must be the mended copy (build/LibTorch.targets).
    [Fact]
    public void The_packed_and_installed_tool_loads_everything()
    {
        Dotnet("pack", Path.Combine(Tool.Root, "src", "Gleaner.Cli"), "-c", Tool.Configuration, "--no-build", "-o", At("packages"));
        File.WriteAllText(At("nuget.config"), """<configuration><packageSources><clear /><add key="here" value="packages" /></packageSources></configuration>""");
        Dotnet("tool", "install", "Gleaner.Tool", "--tool-path", At("tool"), "--configfile", At("nuget.config"));

        var doctor = Tool.Finish(Process.Start(new ProcessStartInfo(At("tool", "gleaner"), ["doctor"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!);

        doctor.Is(0);
        Assert.Contains("ok  libtorch", doctor.Output);
        Assert.Contains("ok  onnx", doctor.Output);
        Assert.Contains(At("tool"), doctor.Output);
    }

    void Dotnet(params string[] args) =>
        Tool.Finish(Process.Start(new ProcessStartInfo("dotnet", args) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!).Is(0);
}
