using System.Text.Json;
using Xunit;

namespace Gleaner.Tests.Trials;

public class ComparisonTests
{
    [Fact]
    public void A_comparison_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "made", "comparison.json");

        Made.Comparison().Write(path);
        var read = Comparison.Read(path);

        Assert.Equal(Made.Comparison().ToJson(), read.ToJson());
        Assert.Equal(ComparisonTable.Of(Made.Comparison()).ToMarkdown(), ComparisonTable.Of(read).ToMarkdown());
        Assert.Contains("\"whole_multiply_adds\": 10000000000000", File.ReadAllText(path));
        Assert.Contains("\"pretrain_seconds\": 100", File.ReadAllText(path));
    }

    [Fact]
    public void Files_of_older_versions_know_no_overlaps()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("comparison.json", Made.Comparison().ToJson());
        Assert.Contains("\"overlaps\": []", File.ReadAllText(path));
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"overlaps\": [],", "", StringComparison.Ordinal));

        Assert.Empty(Comparison.Read(path).Overlaps);
    }

    [Fact]
    public void What_is_not_known_stays_null()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "comparison.json");
        var comparison = Made.Comparison() with { WholeSeconds = null, Arms = [new("sas", "", new([new("rank", 1, null)]))], Trials = [] };

        comparison.Write(path);

        Assert.Null(Comparison.Read(path).WholeSeconds);
        Assert.Null(Comparison.Read(path).Arms[0].Cost.MultiplyAdds);
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("null", "it is null")]
    [InlineData("{}", "required")]
    [InlineData("[1]", "")]
    public void Something_else_is_refused(string text, string why)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("comparison.json", text);

        string message = Assert.Throws<InvalidDataException>(() => Comparison.Read(path)).Message;

        Assert.StartsWith(path + ": no comparison (", message);
        Assert.Contains(why, message);
    }

    [Theory]
    [InlineData("\"arm\": \"sas\"", "\"arm\": \"other\"", "a trial of other")]
    [InlineData("\"seed\": 0", "\"seed\": \"none\"", "seed")]
    [InlineData("\"subset_hash\": \"5ab5e7\",", "", "subset_hash")]
    [InlineData("\"measures\": [\n    \"linear\"\n  ]", "\"measures\": null", "measures")]
    [InlineData("\"trials\": [", "\"trials\": [ null,", "is null")]
    [InlineData("\"overlaps\": [", "\"overlaps\": [ null", "is null")]
    public void A_damaged_file_says_where(string found, string instead, string where)
    {
        using var folder = new TemporaryFolder();
        string json = Made.Comparison().ToJson();
        Assert.Contains(found, json);
        string path = folder.Write("comparison.json", json.Replace(found, instead));

        Assert.Contains(where, Assert.Throws<InvalidDataException>(() => Comparison.Read(path)).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_cut_of_the_file_is_refused_as_damaged()
    {
        using var folder = new TemporaryFolder();
        string json = Made.Comparison().ToJson();

        for (int length = 0; length < json.Length; length += 97)
            Assert.Throws<InvalidDataException>(() => Comparison.Read(folder.Write("comparison.json", json[..length])));
    }

    [Fact]
    public void Rows_are_json_too()
    {
        string json = JsonSerializer.Serialize(ComparisonTable.Of(Made.Comparison()).Rows, ComparisonJson.Default.IReadOnlyListComparisonRow);

        Assert.Contains("\"verdict\": \"TooFew\"", json);
        Assert.Contains("\"standard_deviation\"", json);
    }
}
