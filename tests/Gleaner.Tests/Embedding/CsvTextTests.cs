using Xunit;

namespace Gleaner.Tests;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("a/b.png", "a/b.png")]
    [InlineData("a,b \"c\".png", "\"a,b \"\"c\"\".png\"")]
    [InlineData("=HYPERLINK(\"http://x\";\"y\").png", "\"./=HYPERLINK(\"\"http://x\"\";\"\"y\"\").png\"")]
    [InlineData("+1.png", "./+1.png")]
    [InlineData("-2+3+cmd|' /C calc'!A0.png", "./-2+3+cmd|' /C calc'!A0.png")]
    [InlineData("@SUM(1).png", "./@SUM(1).png")]
    [InlineData("\t=1.png", "./\t=1.png")]
    [InlineData("\r=1.png", "\"./\r=1.png\"")]
    [InlineData("＝1.png", "./＝1.png")]
    public void A_key_is_never_a_formula_and_reads_back(string key, string written)
    {
        Assert.Equal(written, CsvText.Key(key));

        string read = CsvRecords.Read(new StringReader(written), "here").Single().Fields.Single();

        Assert.DoesNotContain(read[0], "=+-@\t\r＝");
        Assert.Equal(key, CsvText.KeyOf(read));
        Assert.Equal(Path.GetFullPath(Path.Combine("/pool", key)), Path.GetFullPath(Path.Combine("/pool", read)));
    }

    [Fact]
    public void A_key_that_begins_with_a_point_by_itself_stays() => Assert.Equal("./a.png", CsvText.KeyOf("./a.png"));

    [Fact]
    public void Other_text_gets_an_apostrophe() => Assert.Equal("'=1+1", CsvText.Field("=1+1"));
}
