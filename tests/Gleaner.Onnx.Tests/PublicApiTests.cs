using PublicApiGenerator;

namespace Gleaner.Onnx.Tests;

/// The public API is an approved text file: a change of it is a decision.
public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one()
    {
        string found = typeof(OnnxEncoder).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        string approved = Path.Combine(Root(), "tests", "approved", "Gleaner.Onnx.txt");

        if (found.TrimEnd() == (File.Exists(approved) ? File.ReadAllText(approved).TrimEnd() : "")) return;
        string received = Path.ChangeExtension(approved, ".received.txt");
        File.WriteAllText(received, found + "\n");
        Assert.Fail($"The public API of Gleaner.Onnx has changed. Compare {received} with {Path.GetFileName(approved)}, and replace it if the change is meant.");
    }

    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Gleaner.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("Gleaner.slnx is in no folder above " + AppContext.BaseDirectory);
    }
}
