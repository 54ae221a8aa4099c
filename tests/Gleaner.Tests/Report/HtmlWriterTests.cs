using System.Xml.Linq;
using Xunit;

namespace Gleaner.Tests.Report;

public class HtmlWriterTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("\" onload='x' &amp; >", "\" onload='x' &amp; >")]
    [InlineData("a\u202Egnp.exe", "a[U+202E]gnp.exe")]
    [InlineData("a\u200Fb\u2066c\u200B\u2028", "a[U+200F]b[U+2066]c[U+200B][U+2028]")]
    [InlineData("nul\0 bell\a return\r delete\u007F next\u0085", "nul\u2400 bell\u2407 return\u240D delete\u2421 next[U+0085]")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("\u6587\u5B57 \u05D0 \U0001F600 \uFFFE", "\u6587\u5B57 \u05D0 \U0001F600 \uFFFD")]
    public void Whatever_a_text_holds_it_is_shown_and_does_nothing(string text, string shown) => Check(text, shown);

    [Fact] // not in InlineData: runners exchange test names as UTF-8, which has no lone surrogates
    public void Half_of_a_surrogate_pair_becomes_a_replacement_character() => Check("a" + (char)0xD800 + "b" + (char)0xDC00, "a\uFFFDb\uFFFD");

    static void Check(string text, string shown)
    {
        var writer = new StringWriter();
        var html = new HtmlWriter(writer);
        using (html.Element("p", ("title", text))) html.Text(text);

        var read = XElement.Parse(writer.ToString(), LoadOptions.PreserveWhitespace);

        Assert.Empty(read.Elements());
        Assert.Single(read.Attributes());
        Assert.Equal(shown, read.Value);
        Assert.Equal(shown, read.Attribute("title")!.Value);
        Assert.DoesNotContain("<script", writer.ToString());
    }
}
