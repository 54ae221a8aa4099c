using Xunit;

namespace Gleaner.Tests;

public sealed class ListPoolTests : ImagePoolContract
{
    static readonly byte[] Picture = MadeImages.Png(5, 4);

    protected override void WritePool()
    {
        Folder.Write("images/a.png", Picture);
        Folder.Write("b.png", MadeImages.Png(9, 9));
        Folder.Write("list.txt", "images/a.png\nb.png\n");
    }

    protected override ImagePool OpenFolder() => ListPool.Open(Path.Combine(Folder.Path, "list.txt"));

    [Fact]
    public void A_text_has_a_path_on_each_line()
    {
        WritePool();
        string list = Folder.Write("list.txt", "\ufeffb.png\r\n\r\nimages/a.png\r\n");

        using var pool = ImagePools.Open(list);

        Assert.Equal(["b.png", "images/a.png"], Enumerable.Range(0, pool.Count).Select(pool.Key));
        Assert.Null(pool.Labels);
        Assert.Equal(Picture, pool.Encoded(1).Bytes.ToArray());
        Assert.Equal(Path.Combine(Folder.Path, "images", "a.png"), pool.FileOf(1));
    }

    [Fact]
    public void A_table_has_a_column_of_paths_and_perhaps_labels()
    {
        WritePool();
        string named = Folder.Write("named.csv", "id,Filename,label\n1,b.png,dog\n2,\"images/a.png\",cat\n3,c.png,\n"), numbered = Folder.Write("numbered.csv", "path,label\nb.png,4\nimages/a.png,2\n");

        using ListPool names = ListPool.Open(named), numbers = ListPool.Open(numbered);

        Assert.Equal([1, 0, -1], names.Labels!);
        Assert.Equal(["cat", "dog"], names.LabelNames!);
        Assert.Equal([4, 2], numbers.Labels!);
        Assert.Null(numbers.LabelNames);
    }

    [Fact]
    public void What_is_not_there_cannot_be_read_and_says_why()
    {
        string list = Folder.Write("list.txt", "gone.png\na\0b.png\n.\n");

        using var pool = ListPool.Open(list);

        string Reason(int i) => Assert.Throws<InvalidDataException>(() => Pixels(pool, i, 4)).Message;
        Assert.Equal("is gone, or has a name that cannot be opened", Reason(0));
        Assert.Equal("is no path: it has a zero in it", Reason(1));
        Assert.Equal("is gone, or has a name that cannot be opened", Reason(2));
    }

    [Theory]
    [InlineData("a.txt", "", "lists no image")]
    [InlineData("a.txt", "x.png\nx.png\n", "image 1, x.png, is listed before")]
    [InlineData("a.csv", "name,label\nx,1\n", "line 1: columns name, label; expected one named path, file, image, filename")]
    [InlineData("a.csv", "path,label\nx\n", "line 2: 1 columns")]
    [InlineData("a.csv", "path\n\"x\n", "a quote that does not close")]
    public void A_list_that_is_none_is_refused(string name, string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => ListPool.Open(Folder.Write(name, text))).Message);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Contains("is no text in UTF-8", Assert.Throws<InvalidDataException>(() => ListPool.Open(Folder.Write("a.txt", [(byte)'a', 0xff, 0x80]))).Message);

    [Fact]
    public void The_fingerprint_changes_with_a_file_and_with_the_order()
    {
        WritePool();
        var found = new List<string> { Fingerprint() };

        Folder.Write("b.png", Picture);
        found.Add(Fingerprint());
        Folder.Write("list.txt", "b.png\nimages/a.png\n");
        found.Add(Fingerprint());
        File.Delete(Path.Combine(Folder.Path, "b.png"));
        found.Add(Fingerprint());

        Assert.Equal(4, found.Distinct().Count());
    }

    string Fingerprint()
    {
        using var pool = OpenFolder();
        return pool.Fingerprint;
    }
}
