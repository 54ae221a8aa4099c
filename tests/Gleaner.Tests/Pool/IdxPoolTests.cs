using Xunit;

namespace Gleaner.Tests;

public sealed class IdxPoolTests : ImagePoolContract
{
    protected override void WritePool()
    {
        Folder.Write("train-images-idx3-ubyte", Idx([3, 2, 4], 24));
        Folder.Write("train-labels-idx1-ubyte", Idx([3], 3));
        Folder.Write("t10k-images-idx3-ubyte", Idx([1, 2, 4], 8));
    }

    protected override ImagePool OpenFolder() => IdxPool.Open(Folder.Path);

    [Fact]
    public void Grey_is_repeated_and_labels_are_beside()
    {
        using var pool = Open();

        Assert.Equal(3, pool.Count);
        Assert.Equal((4, 2), pool.Shape);
        Assert.Equal([1, 2, 3], pool.Labels!);
        Assert.Equal("train-images-idx3-ubyte#2", pool.Key(2));
        Assert.Equal([10, 10, 10, 11, 11, 11, 14, 14, 14, 15, 15, 15], Pixels(pool, 1, 2));   // values 9 to 16, two rows, the middle two columns
    }

    [Fact]
    public void A_linked_file_is_known_by_what_the_link_leads_to()
    {
        using var elsewhere = new TemporaryFolder();
        string target = elsewhere.Write("data", Idx([3, 2, 4], 24)), link = Path.Combine(Folder.Path, "train-images-idx3-ubyte");
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
        string Fingerprint()
        {
            using var pool = Open();
            return pool.Fingerprint;
        }
        string before = Fingerprint();
        Assert.Equal(before, Fingerprint());

        File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(target).AddSeconds(5));

        Assert.NotEqual(before, Fingerprint());
    }

    [Fact]
    public void Other_labels_are_the_same_images()
    {
        string Of(Func<ImagePool, string> fingerprint)
        {
            using var pool = Open();
            return fingerprint(pool);
        }
        string images = Of(pool => pool.Fingerprint), labels = Of(pool => pool.LabelsFingerprint);
        byte[] changed = Idx([3], 3);
        changed[^1]++;
        Folder.Write("train-labels-idx1-ubyte", changed);

        Assert.Equal(images, Of(pool => pool.Fingerprint));
        Assert.NotEqual(labels, Of(pool => pool.LabelsFingerprint));
    }

    [Fact]
    public void Any_images_file_can_be_named()
    {
        Folder.Write("emnist-letters-train-images-idx3-ubyte", Idx([1, 2, 2], 4));
        Folder.Write("emnist-letters-train-labels-idx1-ubyte", Idx([1], 1));

        using var pool = ImagePools.Open(Path.Combine(Folder.Path, "emnist-letters-train-images-idx3-ubyte"));

        Assert.Equal([1], pool.Labels!);
    }

    [Fact]
    public void The_shipped_sample_is_read_packed_as_it_is()
    {
        using var pool = ImagePools.Open(TestData.Sample);

        Assert.Equal(2000, pool.Count);
        Assert.Equal((28, 28), pool.Shape);
        Assert.Equal("train-images-idx3-ubyte#1999", pool.Key(1999));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(200, pool.Labels!.Count(found => found == label)));
        double mean = Enumerable.Range(0, pool.Count).Average(i => Pixels(pool, i, 28).Average(value => (double)value)) / 255;
        Assert.Equal(0.286, mean, 0.01);   // the published mean of Fashion-MNIST
    }

    [Theory]
    [InlineData(new uint[] { 60000, 28, 28 }, 47040001, "header says 60000 x 28 x 28; the file holds 47040001 bytes after it.")]
    [InlineData(new uint[] { uint.MaxValue, uint.MaxValue, uint.MaxValue }, 9, "header says 4294967295 x 4294967295 x 4294967295; the file holds 9 bytes after it.")]
    [InlineData(new uint[] { 0, 28, 28 }, 0, "header says 0 x 28 x 28, which is no images.")]
    [InlineData(new uint[] { 5, 28 }, 140, "starts with 00000802; expected 00000803, IDX bytes with 3 dimensions.")]
    public void Headers_that_lie_are_refused(uint[] size, int bytes, string reason)
    {
        string path = Folder.Write("train-images-idx3-ubyte", Idx(size, bytes));

        Assert.Equal($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => IdxPool.Open(Folder.Path)).Message);
    }

    [Fact]
    public void Labels_for_another_number_of_images_are_refused()
    {
        Folder.Write("train-images-idx3-ubyte", Idx([3, 2, 4], 24));
        string path = Folder.Write("train-labels-idx1-ubyte", Idx([2], 2));

        Assert.Equal($"{path}: 2 labels for 3 images.", Assert.Throws<InvalidDataException>(() => IdxPool.Open(Folder.Path)).Message);
    }

    [Theory]
    [InlineData(0, "0 bytes.")]
    [InlineData(15, "15 bytes; an IDX header with 3 dimensions has 16.")]
    public void Files_too_short_for_a_header_are_refused(int length, string reason)
    {
        string path = Folder.Write("train-images-idx3-ubyte", new byte[length]);

        Assert.Equal($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => IdxPool.Open(Folder.Path)).Message);
    }

    /// <summary>A header of these sizes, then the bytes 1, 2, 3, ...</summary>
    static byte[] Idx(uint[] size, int bytes) => [
        0, 0, 8, (byte)size.Length,
        .. size.SelectMany(d => new[] { (byte)(d >> 24), (byte)(d >> 16), (byte)(d >> 8), (byte)d }),
        .. Enumerable.Range(1, bytes).Select(i => (byte)i)];
}
