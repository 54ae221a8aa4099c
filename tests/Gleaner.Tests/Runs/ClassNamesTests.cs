using Xunit;

namespace Gleaner.Tests.Runs;

public class ClassNamesTests
{
    [Fact]
    public void Names_come_back_as_they_were_written_in_any_script()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, ClassNames.FileName);
        string[] names = ["chat", "Größe <b>", "猫", "a \"quoted\" one", ""];

        new ClassNames(names).Write(path);

        Assert.Equal(names, ClassNames.Read(path).Names);
        Assert.Contains("猫", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_is_read_with_its_name_and_without_one_it_is_a_number()
    {
        var names = new ClassNames(["cat", "dog"]);

        Assert.Equal(["0 (cat)", "1 (dog)", "2", "-1"], new[] { 0, 1, 2, -1 }.Select(label => names[label]));
        Assert.Equal("7", ClassNames.None[7]);
    }

    [Theory, InlineData("{}"), InlineData("[1]"), InlineData("null"), InlineData("[null]"), InlineData("[\"a\"")]
    public void A_damaged_file_is_refused_in_words(string content)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("names.json", content);

        Assert.Contains("names.json: no names of classes", Assert.Throws<InvalidDataException>(() => ClassNames.Read(path)).Message);
    }
}
