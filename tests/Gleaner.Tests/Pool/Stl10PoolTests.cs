using Xunit;

namespace Gleaner.Tests;

public sealed class Stl10PoolTests : ImagePoolContract
{
    const int Side = 96, Record = 3 * Side * Side;

    protected override void WritePool()
    {
        Folder.Write("train_X.bin", Images(2));
        Folder.Write("train_y.bin", [1, 10]);
        Folder.Write("unlabeled_X.bin", Images(3));
        Folder.Write("test_X.bin", Images(1));
    }

    protected override ImagePool OpenFolder() => Stl10Pool.Open(Folder.Path);

    [Fact]
    public void Labeled_images_come_first_and_labels_start_at_zero()
    {
        using var pool = Open();

        Assert.Equal([0, 9, -1, -1, -1], pool.Labels!);
        Assert.Equal(["train_X.bin#1", "unlabeled_X.bin#0"], [pool.Key(1), pool.Key(2)]);
        Assert.Equal((96, 96), pool.Shape);
    }

    [Fact]
    public void Labels_have_the_names_that_the_archive_brings()
    {
        string[] names = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"];
        WritePool();
        Folder.Write("class_names.txt", System.Text.Encoding.ASCII.GetBytes(string.Join('\n', names)));

        using var pool = Open();

        Assert.Equal(names, pool.LabelNames);
    }

    [Fact]
    public void Columns_become_rows()
    {
        // In the file x and y are exchanged: value 3 of a channel is row 3 of column 0.
        var file = new byte[Record];
        file[3] = 200;
        file[2 * Side * Side + 5 * Side + 1] = 100;
        Folder.Write("unlabeled_X.bin", file);

        using var pool = Stl10Pool.Open(Folder.Path);
        byte[] rgb = Pixels(pool, 0, Side);

        Assert.Null(pool.Labels);
        Assert.Equal(200, rgb[3 * Side * 3]);               // row 3, column 0, red
        Assert.Equal(100, rgb[(1 * Side + 5) * 3 + 2]);     // row 1, column 5, blue
        Assert.Equal(2, rgb.Count(value => value > 0));
    }

    [Fact]
    public void Unlabeled_or_training_images_alone_are_a_pool()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train_X.bin", Images(2));

        using var pool = Stl10Pool.Open(folder.Path);

        Assert.Equal(2, pool.Count);
        Assert.Null(pool.Labels);
    }

    [Fact]
    public void A_file_beyond_two_gigabytes_is_read_by_offset()
    {
        const int count = 100_000;   // the real number; the file is sparse and takes no room
        using (var file = File.Create(Path.Combine(Folder.Path, "unlabeled_X.bin")))
        {
            file.SetLength(count * (long)Record);
            file.Position = (count - 1L) * Record;
            file.WriteByte(123);
        }

        using var pool = Stl10Pool.Open(Folder.Path);

        Assert.Equal(count, pool.Count);
        Assert.Equal(123, Pixels(pool, count - 1, Side)[0]);
        Assert.Equal(0, Pixels(pool, count - 2, Side)[0]);
    }

    [Theory]
    [InlineData(new byte[] { 1 }, "1 bytes; expected 2, one for each image of train_X.bin.")]
    [InlineData(new byte[] { 1, 0 }, "label 1 is 0; expected 1 to 10.")]
    public void Labels_that_do_not_fit_are_refused(byte[] labels, string reason)
    {
        Folder.Write("train_X.bin", Images(2));
        string path = Folder.Write("train_y.bin", labels);

        Assert.Equal($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => Stl10Pool.Open(Folder.Path)).Message);
    }

    [Fact]
    public void A_cut_file_is_refused()
    {
        string path = Folder.Write("unlabeled_X.bin", new byte[Record + 1]);

        Assert.Equal($"{path}: 27649 bytes; expected a multiple of 27648.", Assert.Throws<InvalidDataException>(() => Stl10Pool.Open(Folder.Path)).Message);
    }

    static byte[] Images(int count)
    {
        var file = new byte[count * Record];
        new Random(count).NextBytes(file);
        return file;
    }
}
