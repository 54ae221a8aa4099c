using Xunit;

namespace Gleaner.Tests;

public sealed class ShardPatternTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // What bash answers to echo PATTERN.
    [Theory]
    [InlineData("{08..11}.tar", "08.tar 09.tar 10.tar 11.tar")]
    [InlineData("{8..11}.tar", "8.tar 9.tar 10.tar 11.tar")]
    [InlineData("{2..0}.tar", "2.tar 1.tar 0.tar")]
    [InlineData("a-{0..1}-{x,y}.tar", "a-0-x.tar a-0-y.tar a-1-x.tar a-1-y.tar")]
    [InlineData("{a,b{1..2}}.tar", "a.tar b1.tar b2.tar")]
    [InlineData("{train,val}/{00..01}.tar", "train/00.tar train/01.tar val/00.tar val/01.tar")]
    [InlineData("x{,-small}.tar", "x.tar x-small.tar")]
    public void Braces_are_what_bash_makes_of_them(string pattern, string names)
    {
        foreach (string name in names.Split(' ')) _folder.Write(name, [1]);

        var found = ShardPattern.Files(Path.Combine(_folder.Path, pattern));

        Assert.Equal(names.Split(' '), found.Select(file => file.Name));
        Assert.All(found, file => Assert.True(File.Exists(file.Path)));
    }

    [Fact]
    public void Stars_are_in_ordinal_order_and_leave_hidden_files_out()
    {
        foreach (string name in new[] { "b-10.tar", "b-9.tar", ".b-1.tar", "a-1.tar", "b-1.txt" }) _folder.Write(name, [1]);

        Assert.Equal(["b-10.tar", "b-9.tar"], ShardPattern.Files(Path.Combine(_folder.Path, "b-*.tar")).Select(file => file.Name));
    }

    [Theory]
    [InlineData("{0..2.tar", "a brace that does not close")]
    [InlineData("{0}.tar", "{0} is no range and no list")]
    [InlineData("{0..999999999}.tar", "stands for more than 1000000 files")]
    [InlineData("{0..999}{0..999}{0..999}*.none", "no file fits")]
    [InlineData("{x,x}.tar", "x.tar twice")]
    [InlineData("*/x.tar", "in the last part of a path only")]
    [InlineData("*.none", "no file fits")]
    public void A_pattern_that_cannot_be_says_why(string pattern, string reason)
    {
        _folder.Write("x.tar", [1]);

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => ShardPattern.Files(Path.Combine(_folder.Path, pattern))).Message);
    }
}
