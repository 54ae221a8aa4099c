using System.Xml.Linq;
using Xunit;

namespace Gleaner.Tests.Report;

public sealed class SelectReportTests : IDisposable
{
    static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_says_what_was_kept_and_shows_hostile_names_as_text()
    {
        var page = Read(MadeRun.Write(_folder));
        string text = page.Root!.Value;

        Assert.Equal("Kept 12 of 60 images (20 %) by graph-cut", page.Descendants(Html + "h1").Single().Value);
        Assert.Contains("is not measured here", text);
        Assert.Contains("gleaner compare", text);
        Assert.Contains("4 of 20 images kept", text);
        Assert.Contains("12 images kept, from", text);
        Assert.Contains("48 images dropped, from", text);
        Assert.Contains("On average a dropped image has a similarity of 0.800 to the most similar kept one of its class", text);
        Assert.Contains("b<b>.png (image 1)", text);
        Assert.Contains("is damaged & \"cut\"", text);
        Assert.Contains("1 image of the pool repeats an earlier one exactly", text);
        Assert.Contains(@"gleaner select 'my pool'\''s <i>' --fraction 0.2 --objective graph-cut --classes kmeans:3 --seed 7", text);
        Assert.Contains(page.Descendants(Html + "img"), image => image.Attribute("alt")!.Value.StartsWith("a<script>&\"'[U+202E]\u2400\n.png\nimage 0: kept, rank 1", StringComparison.Ordinal));
        Assert.Equal(["14 s", "1.5e12"], Rows(page, "What each stage cost").Last().Skip(1));
        Assert.Contains("as much work as 0.2 epochs of SimCLR on the whole pool with the same network. Each epoch on the subset saves 80 % of one, so the work is saved after 0.2 epochs", text); // only the embedding has numbers: 1 / 6, and that / 0.8
        Assert.Equal([12, 48], [.. new[] { 2, 3 }.Select(column => Rows(page, "Images by mean similarity to the class").Sum(row => int.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture)))]);
    }

    [Fact]
    public void Classes_that_have_names_are_called_by_them()
    {
        string run = MadeRun.Write(_folder, classNames: ["red", "<b>light</b> blue", "\"quoted\""]);

        string text = Read(run).Root!.Value;

        Assert.Contains("Class 0 (red): 4 of 20 images kept", text);
        Assert.Contains("Class 1 (<b>light</b> blue): ", text);
        Assert.Contains("2 (\"quoted\")", text);
        File.WriteAllText(Path.Combine(run, "class-names.json"), "{\"x\": 1}");
        Assert.Contains("class-names.json: no names of classes", Assert.Throws<InvalidDataException>(() => Read(run)).Message);
    }

    [Fact]
    public void A_page_is_accessible_and_loads_nothing()
    {
        var page = Read(MadeRun.Write(_folder));

        int[] levels = [.. page.Descendants().Where(e => e.Name.LocalName is ['h', >= '1' and <= '6']).Select(e => e.Name.LocalName[1] - '0')];
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1 && pair.Second > 1));
        Assert.All(page.Descendants(Html + "th"), cell => Assert.True(cell.Attribute("scope") is not null && cell.Value.Length > 0));
        Assert.All(page.Descendants(Html + "img"), image => Assert.StartsWith("data:image/png;base64,", image.Attribute("src")!.Value));
        Assert.All(page.Descendants(Html + "figure"), figure => Assert.NotNull(figure.Element(Html + "figcaption")));
        Assert.All(page.Descendants().Where(e => e.Name.LocalName == "svg" && e.Attribute("role") is not null), svg => Assert.Equal(["title", "desc"], svg.Elements().Take(2).Select(e => e.Name.LocalName)));
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants(Html + "a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe");
    }

    [Fact]
    public void The_same_folder_gives_the_same_bytes()
    {
        string run = MadeRun.Write(_folder);

        Assert.Equal(Bytes(run), Bytes(run));
    }

    [Theory]
    [InlineData("manifest.json", null, "no manifest.json in it")]
    [InlineData("manifest.json", "{", "no manifest of a run")]
    [InlineData("scores.csv", null, "no scores.csv in it")]
    [InlineData("scores.csv", "index,key\n", "no column named class")]
    [InlineData("scores.csv", "index,key,class,rank,gain,mean_similarity,kept,duplicate_of,left_out\n0,a,x,0,0,0,true,,\n", "line 2: \"x\" as class; expected a whole number")]
    [InlineData("scores.csv", "index,key,class,rank,gain,mean_similarity,kept,duplicate_of,left_out\n0,a,0,0,0,0,true,,\n", "They are of different runs")]
    [InlineData("scores.csv", "index,key,class,rank,gain,mean_similarity,kept,duplicate_of,left_out\n0,a,0\n", "line 2: 3 columns")]
    [InlineData("subset.npy", null, "no subset.npy in it")]
    [InlineData("cache/pixels.u8", null, "no cache/pixels.u8 in it")]
    [InlineData("cache/pixels.u8", "short", "5 bytes; expected 60 x 8 x 8 x 3")]
    [InlineData("embedding.npy", null, "no embedding.npy in it")]
    [InlineData("embedding.npy", "no array", "embedding.npy")]
    public void A_missing_or_damaged_file_is_named(string name, string? content, string expected)
    {
        string run = MadeRun.Write(_folder);
        if (content is null) File.Delete(Path.Combine(run, name));
        else File.WriteAllText(Path.Combine(run, name), content);

        var error = Assert.Throws<InvalidDataException>(() => Bytes(run));

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_hundred_thousand_images_take_few_megabytes()
    {
        string run = MadeRun.Write(_folder, readable: 100_000, size: 32, classes: 300, key: i => $"a/rather/long/folder/name/image-{i}.png");
        long before = GC.GetAllocatedBytesForCurrentThread(); // other tests run meanwhile

        int length = Bytes(run).Length;

        Assert.InRange(length, 500_000, 10_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 100_000_000, 1_000_000_000); // the pixels alone are 307 MB: they are mapped; mostly fields of text, collected as they go
    }

    static byte[] Bytes(string run)
    {
        using var stream = new MemoryStream();
        SelectReport.Write(run, stream);
        return stream.ToArray();
    }

    static XDocument Read(string run) => XDocument.Load(new MemoryStream(Bytes(run)), LoadOptions.PreserveWhitespace);

    static List<string[]> Rows(XDocument page, string caption) =>
        [.. page.Descendants(Html + "table").Single(table => table.Element(Html + "caption")!.Value.StartsWith(caption, StringComparison.Ordinal)).Element(Html + "tbody")!.Elements().Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
}
