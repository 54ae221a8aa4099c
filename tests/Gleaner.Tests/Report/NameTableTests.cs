using Xunit;

namespace Gleaner.Tests.Report;

public sealed class NameTableTests
{
    [Fact]
    public void Names_come_back_as_they_were_over_many_blocks()
    {
        string[] names = [.. Names(3000)];

        var table = Of(names);

        Assert.Equal(names.Length, table.Count);
        Assert.Equal(names, Enumerable.Range(0, names.Length).Select(row => table[row]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("B")]
    [InlineData("ab")]
    [InlineData("aab")]
    [InlineData("É")]
    [InlineData("@[`{")]
    [InlineData("CABC")]
    [InlineData("in no name at all")]
    public void Names_that_hold_a_text_are_those_that_a_plain_loop_finds(string text)
    {
        string[] names = [.. Names(5000)];

        bool[] holds = Of(names).Holding(text);

        Assert.Equal(names.Select(name => Lower(name).Contains(Lower(text), StringComparison.Ordinal)), holds);
    }

    [Fact]
    public void A_text_that_begins_in_one_name_and_ends_in_the_next_is_in_neither() => Assert.Equal([false, false, true], Of("xa", "by", "ab").Holding("ab"));

    static NameTable Of(params string[] names)
    {
        var table = new NameTable();
        foreach (string name in names) table.Add(name);
        return table;
    }

    // Few letters, so that names hold each other's parts; empty and long ones, letters of two and four bytes, and the neighbours of A and Z.
    static IEnumerable<string> Names(int count)
    {
        var random = new Random(3);
        string[] letters = ["a", "b", "c", "A", "B", "C", "é", "É", "@", "[", "`", "{", "\n", "😀"];
        for (int i = 0; i < count; i++) yield return string.Concat(Enumerable.Range(0, i % 500 == 7 ? 3000 : random.Next(12)).Select(_ => letters[random.Next(letters.Length)])) + (i % 700 == 0 ? "@[`{" : "");
    }

    static string Lower(string text) => string.Concat(text.Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c));
}
