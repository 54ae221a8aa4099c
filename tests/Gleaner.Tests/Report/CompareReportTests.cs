using System.Xml.Linq;
using Gleaner.Tests.Trials;
using Xunit;

namespace Gleaner.Tests.Report;

public sealed class CompareReportTests : IDisposable
{
    static readonly XNamespace Html = "http://www.w3.org/1999/xhtml", Svg = "http://www.w3.org/2000/svg";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_has_verdicts_arms_every_trial_costs_and_the_recipe()
    {
        var comparison = Made.Comparison();
        var table = ComparisonTable.Of(comparison);

        var page = Read(comparison);

        string text = page.Root!.Value;
        foreach (var row in table.Rows.Where(row => row.Difference is { N: > 0 })) Assert.Contains(row.Difference!.Sentence("random"), text);
        foreach (var budget in comparison.Budgets)
        {
            Assert.Contains(table.Headroom(budget, "linear")!.Sentence("random"), text);
            Assert.Contains(BreakEven.Of(comparison, comparison.Arms[1], budget)!.Sentence, text);
        }
        var chart = page.Descendants(Svg + "svg").First();
        Assert.Equal(["random", "sas", "all"], chart.Elements(Svg + "g").Select(group => group.Element(Svg + "title")!.Value));
        Assert.Equal(comparison.Trials.Count, chart.Descendants(Svg + "path").Count(path => path.Attribute("class")?.Value == "trial"));
        Assert.Equal(comparison.Trials.Count, page.Descendants(Html + "details").Single().Descendants(Html + "tbody").Elements().Count());
        Assert.Contains(page.Descendants(Html + "pre"), pre => pre.Value == comparison.Recipe);
        Assert.Contains("gleaner compare recipe.yaml", page.Descendants(Html + "pre").Select(pre => pre.Value));
        Assert.Contains("gleaner compare recipe.yaml --pool mine", Read(comparison with { Command = "gleaner compare recipe.yaml --pool mine" }).Descendants(Html + "pre").Select(pre => pre.Value));
    }

    [Fact]
    public void Images_that_arms_share_are_listed_and_arms_that_are_alike_named()
    {
        var comparison = Made.Comparison() with { Overlaps = [new("random", "sas", "10 %", 1000, 0.1234), new("random", "sas", "5 %", 500, 0.98)] };

        var page = Read(comparison);

        var rows = page.Descendants(Html + "table").Single(table => table.Value.Contains("by chance")).Descendants(Html + "tbody").Elements().Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)));
        Assert.Equal(["random|sas|10 %|1,000|12.3 %|10.0 %", "random|sas|5 %|500|98.0 %|5.0 %"], rows);
        Assert.Contains("At 5 %, random and sas chose nearly the same images: they share 98 %.", page.Root!.Value);
        Assert.DoesNotContain("At 10 %, random and sas", page.Root!.Value);
        Assert.Contains("Not known: fewer than two arms", Read(Made.Comparison()).Root!.Value);
    }

    [Fact]
    public void Names_are_text_nothing_run_is_said_and_the_bytes_are_the_same()
    {
        var comparison = Made.Comparison(Made.Trial("<b>&", "10 %", 1000, 0, 0.5)) with { Arms = [new("random", "r", new([]), IsBaseline: true), new("<b>&", "x", new([]))] };

        var page = Read(comparison);

        Assert.Contains("nothing to compare with random yet", page.Descendants(Html + "h1").Single().Value);
        Assert.Contains("What there is to win at all is not known here", page.Root!.Value);
        Assert.Contains(page.Descendants(Html + "th"), cell => cell.Value == "<b>&");
        Assert.Equal(Bytes(), Bytes());
        Assert.Contains("nothing was run yet", Read(Made.Comparison([])).Root!.Value);
    }

    [Theory]
    [InlineData(null, "no comparison.json in it")]
    [InlineData("{}", "no comparison (")]
    public void A_missing_or_damaged_comparison_is_named(string? content, string expected)
    {
        if (content is not null) _folder.Write("comparison.json", content);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Bytes()).Message);
    }

    XDocument Read(Comparison comparison)
    {
        comparison.Write(Path.Combine(_folder.Path, "comparison.json"));
        return XDocument.Load(new MemoryStream(Bytes()), LoadOptions.PreserveWhitespace);
    }

    byte[] Bytes()
    {
        using var stream = new MemoryStream();
        CompareReport.Write(_folder.Path, stream);
        return stream.ToArray();
    }
}
