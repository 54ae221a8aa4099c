using System.Text;

namespace Gleaner.Onnx.Tests;

public sealed class ClipPromptsTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Names_are_lines_without_comments_byte_order_mark_and_Windows_line_ends()
    {
        File.WriteAllText(_file, "# colours\r\n  red \r\n\r\nlight  blue\r\n{odd} {}\r\n", new UTF8Encoding(true));

        Assert.Equal(["red", "light  blue", "{odd} {}"], ClipPrompts.ReadClasses(_file));
    }

    [Theory]
    [InlineData("", "is empty; expected the name of a class on each line")]
    [InlineData("# nothing\n\n", "is empty")]
    [InlineData("red\nblue\n RED\n", "line 3: the class 'RED' is on line 1, too")]
    [InlineData("light blue\nlight   blue", "line 2: the class 'light   blue' is on line 1, too")]
    [InlineData("a\0b", "line 1: 3 characters that may be no text")]
    public void Names_that_CLIP_cannot_use_are_refused(string text, string expected)
    {
        File.WriteAllText(_file, text);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ClipPrompts.ReadClasses(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_is_refused()
    {
        File.WriteAllBytes(_file, [0x89, 0x50, 0x4E, 0x47, 0xFF]);

        Assert.Contains("not text in UTF-8", Assert.Throws<InvalidDataException>(() => ClipPrompts.ReadClasses(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentence_without_a_place_for_the_name_is_refused()
    {
        File.WriteAllText(_file, "a photo of a {}.\na photo\n");

        Assert.Contains("line 2: 'a photo'; expected {}", Assert.Throws<InvalidDataException>(() => ClipPrompts.ReadTemplates(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_in_names_are_nothing_special() =>
        Assert.Equal(["a {}.", "the {} and {}"], ClipPrompts.About("{}", ["a {}.", "the {} and {}"]));

    [Fact]
    public void There_are_seven_sentences_by_default() => Assert.Equal(7, ClipPrompts.Templates.Distinct().Count(template => template.Contains("{}", StringComparison.Ordinal)));
}
