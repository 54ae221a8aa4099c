using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

public sealed class CifarPoolTests : ImagePoolContract
{
    protected override void WritePool()
    {
        for (int batch = 1; batch <= 5; batch++) Folder.Write($"data_batch_{batch}.bin", Batch(batch, images: 2, labelBytes: 1));
        Folder.Write("test_batch.bin", Batch(9, images: 2, labelBytes: 1));
    }

    protected override ImagePool OpenFolder() => CifarPool.Open(Folder.Path);

    [Fact]
    public void Batches_come_in_order_without_the_test_batch()
    {
        using var pool = Open();

        Assert.Equal(10, pool.Count);
        Assert.Equal("data_batch_2.bin#1", pool.Key(3));
        Assert.Equal([1, 2, 2, 3, 3, 4, 4, 5, 5, 6], pool.Labels!);
        Assert.Equal((32, 32), pool.Shape);
        Assert.Null(pool.FileOf(0));
        Assert.Equal("CIFAR-10 (binary)", pool.Kind);
    }

    [Fact]
    public void Planes_become_pixels_unchanged()
    {
        using var pool = Open();
        byte[] record = Batch(2, images: 2, labelBytes: 1)[3073..];   // image 1 of batch 2

        byte[] rgb = Pixels(pool, 3, 32);

        for (int i = 0; i < 1024; i++)
            for (int c = 0; c < 3; c++)
                Assert.Equal(record[1 + c * 1024 + i], rgb[3 * i + c]);
    }

    [Fact]
    public void Cifar_100_has_two_labels_of_which_the_fine_one_counts()
    {
        Folder.Write("train.bin", Batch(40, images: 3, labelBytes: 2));
        Folder.Write("test.bin", Batch(1, images: 3, labelBytes: 2));

        using var pool = CifarPool.Open(Folder.Path);

        Assert.Equal("CIFAR-100 (binary)", pool.Kind);
        Assert.Equal("train.bin#2", pool.Key(2));
        Assert.Equal([41, 42, 43], pool.Labels!);
        Assert.Equal(Batch(40, images: 1, labelBytes: 2)[2], Pixels(pool, 0, 32)[0]);
    }

    [Fact]
    public void Labels_have_the_names_that_the_archive_brings()
    {
        using (var without = Open()) Assert.Null(without.LabelNames);
        string[] ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
        Folder.Write("batches.meta.txt", Encoding.ASCII.GetBytes(string.Join("\r\n", ten) + "\n\n")); // the archive's ends with an empty line

        using (var pool = Open()) Assert.Equal(ten, pool.LabelNames);
        using (var test = CifarPool.OpenTest(Folder.Path)) Assert.Equal(ten, test!.LabelNames);

        Folder.Write("batches.meta.txt", Encoding.ASCII.GetBytes("airplane\nautomobile\n"));
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("batches.meta.txt: 2 names; expected 10", error.Message);
    }

    [Theory]
    [InlineData("gz")]
    [InlineData("xz")]
    public void Packed_files_are_the_same_pool_under_the_same_keys(string packing)
    {
        byte[] batch = Batch(3, images: 4, labelBytes: 1);
        using var plainFolder = new TemporaryFolder();
        plainFolder.Write("data_batch_3.bin", batch);
        Pack(packing, "data_batch_3.bin", batch);

        using CifarPool plain = CifarPool.Open(plainFolder.Path), packed = CifarPool.Open(Folder.Path);

        Assert.Equal(plain.Key(3), packed.Key(3));
        Assert.Equal(plain.Labels, packed.Labels);
        Assert.Equal(Pixels(plain, 3, 32), Pixels(packed, 3, 32));
        Assert.Equal("CIFAR-10 (binary), 1 of its 5 batches", packed.Kind);
    }

    [Theory]
    [InlineData("gz")]
    [InlineData("xz")]
    public void Damaged_packed_files_are_named(string packing)
    {
        string path = Pack(packing, "data_batch_1.bin", Batch(1, images: 40, labelBytes: 1));
        byte[] file = File.ReadAllBytes(path);

        foreach (byte[] damaged in new[] { file[..(file.Length / 2)], [.. file[..100], (byte)~file[100], .. file[101..]], "no such thing"u8.ToArray(), [] })
        {
            File.WriteAllBytes(path, damaged);
            Assert.StartsWith(path + ": ", Assert.Throws<InvalidDataException>(() =>
            {
                using var pool = CifarPool.Open(Folder.Path);
                _ = pool.Labels;
            }).Message);
        }
    }

    [Fact]
    public void Packed_files_are_unpacked_only_when_something_in_them_is_needed()
    {
        string path = Pack("xz", "data_batch_1.bin", Batch(1, images: 40, labelBytes: 1));
        byte[] damaged = File.ReadAllBytes(path);
        damaged[100] ^= 255;
        File.WriteAllBytes(path, damaged);

        using var pool = CifarPool.Open(Folder.Path);

        Assert.Equal(40, pool.Count);
        Assert.Contains("cannot be unpacked", Assert.Throws<InvalidDataException>(() => Pixels(pool, 0, 32)).Message);
    }

    [Theory]
    [InlineData(3072, 0, "3072 bytes; expected a multiple of 3073.")]
    [InlineData(0, 0, "0 bytes.")]
    [InlineData(6146, 77, "the record at byte 0 has the label 77; expected 0 to 9.")]
    public void Other_contents_are_refused(int length, byte label, string reason)
    {
        byte[] file = new byte[length];
        if (length > 0) file[0] = label;
        string path = Folder.Write("data_batch_1.bin", file);

        Assert.StartsWith($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => CifarPool.Open(Folder.Path)).Message);
    }

    [Fact]
    public void The_real_one_starts_with_frog_truck_truck_deer_automobile()
    {
        using var pool = ImagePools.Open(TestData.SharedOrSkip("cifar10"));

        Assert.Equal(50_000, pool.Count);
        Assert.Equal([6, 9, 9, 4, 1], pool.Labels![..5]);
        Assert.Equal("data_batch_5.bin#9999", pool.Key(49_999));
        Assert.Equal(59, Pixels(pool, 0, 32)[0]);   // the frog's first pixel is (59, 62, 63)
    }

    string Pack(string packing, string name, byte[] bytes)
    {
        string path = Folder.Write($"{name}.{packing}", []);
        if (packing == "gz")
        {
            using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            gzip.Write(bytes);
            return path;
        }
        File.Delete(path);
        string plain = Folder.Write(name, bytes);
        try { Process.Start("xz", ["--no-sparse", plain]).WaitForExit(); }
        catch (System.ComponentModel.Win32Exception) { Assert.Skip("the program xz, which packs the test file, is not on this machine"); }
        return path;
    }

    /// <summary>Image i of batch b has the label b + i and noise of its own.</summary>
    static byte[] Batch(int batch, int images, int labelBytes)
    {
        var file = new byte[images * (labelBytes + 3072)];
        for (int i = 0; i < images; i++)
        {
            var record = file.AsSpan(i * (labelBytes + 3072), labelBytes + 3072);
            new Random(100 * batch + i).NextBytes(record);
            record[0] = 7;   // the coarse label, or else overwritten
            record[labelBytes - 1] = (byte)((batch + i) % (labelBytes == 1 ? 10 : 100) + (labelBytes == 1 ? 0 : 1));
        }
        return file;
    }
}
