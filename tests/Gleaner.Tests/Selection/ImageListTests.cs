using Xunit;

namespace Gleaner.Tests.Selection;

public sealed class ImageListTests : IDisposable
{
    static readonly string[] Keys = ["a/0.png", "a/1.png", "b/0.png", "b/\n.png", "b/0.png again", "17"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.txt", "2\n0\n", new[] { 2, 0 })]
    [InlineData("x.txt", "b/0.png\na/0.png\n\n", new[] { 2, 0 })]
    [InlineData("x.TXT", "\"b/\\n.png\"\n17\n", new[] { 3, 5 })]
    [InlineData("x.csv", "2\r\n0\r\n", new[] { 2, 0 })]
    [InlineData("x.csv", "key,Index,kept\n\"a,\",4,true\n,1,false\n", new[] { 4, 1 })]
    [InlineData("x.csv", "key,score\nb/0.png,1\na/1.png,2\n", new[] { 2, 1 })]
    [InlineData("x.txt", "", new int[0])]
    public void Text_lists_images_by_index_or_by_key(string name, string text, int[] expected) => Assert.Equal(expected, In(_folder.Write(name, text)));

    [Fact]
    public void A_subset_reads_back()
    {
        string path = Path.Combine(_folder.Path, "subset.npy");
        using (var stream = File.Create(path)) NpyFile.Write(stream, [5L, 0, 3]);

        Assert.Equal([5, 0, 3], In(path));
    }

    [Theory]
    [InlineData("x.txt", "0\n6\n", "entry 2 is image 6; expected 0 to 5")]
    [InlineData("x.txt", "-1\n", "entry 1 is image -1; expected 0 to 5")]
    [InlineData("x.txt", "0\n1\n0\n", "entry 3, 0, is image 0, which is listed before")]
    [InlineData("x.txt", "a/0.png\nnowhere.png\n", "entry 2, nowhere.png, names no image of the pool")]
    [InlineData("x.txt", "\"\\ud800\"\n", "names no image of the pool")] // half of a surrogate pair
    [InlineData("x.csv", "name,score\nb/0.png,1\n", "columns name, score; expected one named index or key")]
    [InlineData("x.csv", "key,index\nb/0.png\n", "line 2: 1 columns")]
    [InlineData("x.json", "[0]", "extension \".json\"; expected a list of images")]
    public void What_is_no_list_of_the_pool_is_refused(string name, string text, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => In(_folder.Write(name, text))).Message);

    [Fact]
    public void A_key_that_several_images_have_is_refused()
    {
        var list = ImageList.Read(_folder.Write("x.txt", "same\n"));

        Assert.Contains("names more than one image", Assert.Throws<InvalidDataException>(() => list.In(3, _ => "same")).Message);
    }

    static int[] In(string path) => ImageList.Read(path).In(Keys.Length, i => Keys[i]);
}
