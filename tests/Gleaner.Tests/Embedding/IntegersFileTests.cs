using Xunit;

namespace Gleaner.Tests;

public sealed class IntegersFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.txt", "3\n-1\n 7 \n")]
    [InlineData("x.txt", "3\r\n-1\r\n7\r\n\r\n\n  \n")]
    [InlineData("x.txt", "\uFEFF3\n-1\n7")]
    [InlineData("x.csv", "3\n-1\n7\n")]
    [InlineData("x.csv", "anything\n3\n-1\n7\n\n")]
    [InlineData("x.csv", "\"class\"\r\n\"3\"\r\n-1\r\n7\r\n")]
    [InlineData("x.csv", "path,Label\n\"a, \"\"b\"\"\nc\",3\nd,-1\ne,7\n")]
    [InlineData("x.CSV", "cluster,path\n3,\n-1,b\n7,c")]
    public void One_integer_per_image_is_read(string name, string text) => Assert.Equal([3, -1, 7], IntegersFile.Read(_folder.Write(name, text)));

    [Theory]
    [InlineData("x.txt", "3\n\n7\n", "line 2: is blank")]
    [InlineData("x.txt", "3\n7.0\n", "line 2: \"7.0\"; expected a whole number")]
    [InlineData("x.txt", "3\n1,000\n", "line 2: \"1,000\"")]
    [InlineData("x.txt", "2147483648\n", "line 1")]
    [InlineData("x.csv", "class\n3\nx\n", "line 3: \"x\"")]
    [InlineData("x.csv", "1,2\n3,4\n", "2 columns, of which 0 are named class")]
    [InlineData("x.csv", "class,label\n3,4\n", "of which 2 are named")]
    [InlineData("x.csv", "path,class\na,1\nb\n", "line 3: 1 columns; expected 2")]
    [InlineData("x.csv", "path,class\n\"a\nb\",1\nc,\"2\n", "line 4: a quote that does not close")]
    [InlineData("x.csv", "path,class\n\"a\nb\",1\nc,x\n", "line 4: \"x\"")]
    [InlineData("x.json", "[1]", "extension \".json\"")]
    public void What_is_no_integer_is_refused_with_its_line(string name, string text, string hint)
    {
        var error = Assert.Throws<InvalidDataException>(() => IntegersFile.Read(_folder.Write(name, text)));

        Assert.Contains(hint, error.Message);
    }

    [Fact]
    public void Numpy_integers_are_read()
    {
        Assert.Equal([3, 0, 120, 7, 7], IntegersFile.Read(EmbeddingFixture.At("integers-big-u8.npy")));
        Assert.Throws<InvalidDataException>(() => IntegersFile.Read(EmbeddingFixture.At("too-large-u8.npy")));
    }

    [Fact]
    public void Pickled_integers_are_read_and_must_fit()
    {
        using var list = new MemoryStream();
        PickleFile.WriteIntList(list, [3, -1, 70_000]);

        Assert.Equal([3, -1, 70_000], IntegersFile.Read(_folder.Write("x.pkl", list.ToArray())));
        Assert.Equal([3, -1, 70_000], IntegersFile.Read(_folder.Write("x.Pickle", list.ToArray())));
        Assert.Contains("element 1 is 2147483648", Assert.Throws<InvalidDataException>(() => IntegersFile.Read(_folder.Write("y.pkl", "(I3\nL2147483648L\nl."))).Message);
    }

    [Fact]
    public void Indices_are_the_column_index_and_never_negative()
    {
        Assert.Equal([4, 0], IntegersFile.ReadIndices(_folder.Write("x.csv", "class,Index\n7,4\n7,0\n")));
        Assert.Equal([4, 0], IntegersFile.ReadIndices(_folder.Write("x.txt", "4\n0\n")));
        Assert.Contains("of which 0 are named index", Assert.Throws<InvalidDataException>(() => IntegersFile.ReadIndices(_folder.Write("y.csv", "class,key\n7,4\n"))).Message);
        Assert.Contains("entry 1 is -1", Assert.Throws<InvalidDataException>(() => IntegersFile.ReadIndices(_folder.Write("y.txt", "4\n-1\n"))).Message);
    }

    [Theory]
    [InlineData("x.txt", "3\n-1\n7\n")]
    [InlineData("x.csv", "path,class\n\"a, \"\"b\"\"\n\",3\nd,7\n")]
    public void Damage_is_refused_or_read_and_nothing_else(string name, string text) =>
        Damage.Check(System.Text.Encoding.UTF8.GetBytes(text), bytes => IntegersFile.Read(_folder.Write(name, bytes)));
}
