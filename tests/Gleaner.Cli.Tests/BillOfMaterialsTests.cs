using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class BillOfMaterialsTests
{
    /// docs/sbom.cdx.json names what the tool was really restored with; build/sbom makes it anew.
    [Fact]
    public void Every_package_of_the_tool_is_in_it_and_nothing_else()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Tool.Root, "src", "Gleaner.Cli", "obj", "project.assets.json")));
        using var bill = JsonDocument.Parse(File.ReadAllText(Path.Combine(Tool.Root, "docs", "sbom.cdx.json")));

        string[] restored = [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name).Where(IsOfTheTool).Order(StringComparer.Ordinal)];
        string[] listed = [.. bill.RootElement.GetProperty("components").EnumerateArray().Select(component => $"{component.GetProperty("name").GetString()}/{component.GetProperty("version").GetString()}").Order(StringComparer.Ordinal)];

        Assert.Equal(restored, listed);
        Assert.All(bill.RootElement.GetProperty("components").EnumerateArray(), component => Assert.StartsWith("pkg:nuget/", component.GetProperty("purl").GetString()));
    }

    // Analyzers are for building and are not shipped; the native libtorch is that of the machine.
    static bool IsOfTheTool(string library) => !library.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal);
}
