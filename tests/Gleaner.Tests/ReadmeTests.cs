using Xunit;

namespace Gleaner.Tests;

[CollectionDefinition("Changes the working directory", DisableParallelization = true)]
public class ChangesTheWorkingDirectory;

[Collection("Changes the working directory")]
public class ReadmeTests
{
    [Fact]
    public void The_example_of_the_README_runs()
    {
        string folder = Directory.CreateTempSubdirectory("gleaner-readme-").FullName, before = Environment.CurrentDirectory;
        var rows = RandomRows.Clustered(400, 8, 20, 0.5);
        using (var stream = File.Create(Path.Combine(folder, "embedding.npy"))) NpyFile.Write(stream, rows.Values, 400, 8);

        Environment.CurrentDirectory = folder;
        try
        {
            // README
            var embedding = EmbeddingMatrix.Load("embedding.npy");
            var classes = KMeans.Partition(embedding, classes: 100, seed: 7);
            Ranking ranking = new FacilityLocationSelector().Rank(embedding, classes);   // every image, once; the paper's: SasSelector
            Subset kept = ranking.Take(Budget.Percent(20));             // 10 % is inside 20 % is inside 40 %
            // README

            Assert.Equal(80, kept.Count);
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
        string[] source = File.ReadAllLines(TestData.InRepository("tests", "Gleaner.Tests", "ReadmeTests.cs"));
        string[] example = [.. source.SkipWhile(line => line.Trim() != "// README").Skip(1).TakeWhile(line => line.Trim() != "// README").Select(line => line.Trim())];
        Assert.Contains(string.Join('\n', example), File.ReadAllText(TestData.InRepository("README.md")));
    }
}
