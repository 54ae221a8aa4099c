using System.Text.RegularExpressions;
using Xunit;

namespace Gleaner.Tests.Architecture;

/// docs/design.md, kept true: folders use only folders to their left, and each foreign thing has one home.
public partial class LayoutTests
{
    static readonly string[] Core = ["Pool", "Views", "Embedding", "Similarity", "Regression", "LatentClasses", "Selection", "Evaluation", "Runs", "Export", "Trials", "Report"];
    static readonly string[] Torch = ["Encoders", "Pretraining", "Supervised"];

    [Fact]
    public void Core_folders_use_only_folders_to_their_left() => Assert.Empty(WrongWay("Gleaner", Core));

    [Fact]
    public void Torch_folders_use_only_folders_to_their_left() => Assert.Empty(WrongWay("Gleaner.Torch", Torch));

    [Fact]
    public void Projects_point_one_way()
    {
        Assert.DoesNotContain(Sources("Gleaner"), file => Code(file).Contains("Gleaner.Torch", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources("Gleaner"), file => Code(file).Contains("Gleaner.Onnx", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources("Gleaner.Torch"), file => Code(file).Contains("Gleaner.Onnx", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources("Gleaner.Onnx"), file => Code(file).Contains("Gleaner.Torch", StringComparison.Ordinal) || Code(file).Contains("Gleaner.Cli", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources("Gleaner.Torch"), file => Code(file).Contains("Gleaner.Cli", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SkiaSharp", "src/Gleaner/Pool/ImageFile.cs")]
    [InlineData("Parquet", "src/Gleaner/Embedding/ParquetEmbeddings.cs", "src/Gleaner/Embedding/ListRows.cs", "src/Gleaner/Selection/ScoresParquet.cs")]
    [InlineData("Snappier", "src/Gleaner/Pool/Parquet/")]
    [InlineData("System.Formats.Tar", "src/Gleaner/Export/TarShardWriter.cs")]
    [InlineData("TorchSharp", "src/Gleaner.Torch/")]
    [InlineData("Microsoft.ML", "src/Gleaner.Onnx/")]
    [InlineData("Console.", "src/Gleaner.Cli/Terminal.cs", "src/Gleaner.Cli/CommandLine.cs")]
    public void Foreign_things_have_one_home(string thing, params string[] homes)
    {
        var elsewhere = Directory.EnumerateFiles(TestData.InRepository("src"), "*.cs", SearchOption.AllDirectories).Where(IsSource)
            .Where(file => Regex.IsMatch(Code(file), thing == "Console." ? @"\bConsole\." : $@"^\s*using (static )?{thing}\b", RegexOptions.Multiline))
            .Select(file => Path.GetRelativePath(TestData.Repository, file).Replace('\\', '/'))
            .Where(file => !homes.Any(home => file.StartsWith(home, StringComparison.Ordinal)));

        Assert.Empty(elsewhere);
    }

    [Fact]
    public void No_source_file_is_longer_than_250_lines() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(TestData.InRepository("src"), "*.cs", SearchOption.AllDirectories).Where(IsSource), file => File.ReadAllLines(file).Length > 250);

    static List<string> WrongWay(string project, string[] folders)
    {
        var declared = folders.Select(folder => Sources(project).Where(file => FolderOf(project, file) == folder).SelectMany(Declarations).ToHashSet()).ToArray();
        Assert.All(declared, Assert.NotEmpty);
        var wrong = new List<string>();
        foreach (string file in Sources(project))
        {
            int at = Array.IndexOf(folders, FolderOf(project, file));
            var words = Words().Matches(Code(file)).Select(match => match.Value).ToHashSet();
            for (int right = at + 1; at >= 0 && right < folders.Length; right++)
                wrong.AddRange(declared[right].Where(words.Contains).Select(type => $"{Path.GetFileName(file)} ({folders[at]}) uses {type} ({folders[right]})"));
        }
        return wrong;
    }

    static IEnumerable<string> Sources(string project) => Directory.EnumerateFiles(TestData.InRepository("src", project), "*.cs", SearchOption.AllDirectories).Where(IsSource);

    static bool IsSource(string file) => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal);

    static string FolderOf(string project, string file) => Path.GetRelativePath(TestData.InRepository("src", project), file).Split('/')[0];

    static IEnumerable<string> Declarations(string file) => Types().Matches(Code(file)).Select(match => match.Groups[1].Value);

    // Comments may point anywhere; code may not.
    static string Code(string file) => Comments().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^(?:public |internal |static |sealed |abstract |readonly |partial |unsafe )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    // A type's name, not a member's of the same spelling: not behind a point, and not called unless created.
    [GeneratedRegex(@"(?<=\bnew )[A-Z]\w+|(?<![.\w])[A-Z]\w+\b(?!\()")]
    private static partial Regex Words();
}
