using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Pools whose files were cut or changed anywhere: what still reads gives pixels, everything else says so.</summary>
public sealed class DamagedPoolsTests : IDisposable
{
    /// <summary>What a header may make the decoder take: an image of the largest size that is read, as RGB and once more upright.</summary>
    const long LargestImage = 3 * ImageFile.MaxPixels + (1 << 20);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PNG")]
    [InlineData("JPEG")]
    [InlineData("WebP")]
    [InlineData("BMP")]
    [InlineData("GIF")]
    public void An_image_of_any_format(string format)
    {
        byte[] rgb = MadeImages.Gradient(9, 7);
        byte[] file = format switch
        {
            "PNG" => MadeImages.Png(rgb, 9, 7),
            "JPEG" => MadeImages.Encode(SKEncodedImageFormat.Jpeg, rgb, 9, 7, quality: 60),
            "WebP" => MadeImages.Encode(SKEncodedImageFormat.Webp, rgb, 9, 7, quality: 60),
            "BMP" => MadeImages.Bmp(rgb, 9, 7),
            _ => MadeImages.Gif,
        };
        var target = new byte[8 * 8 * 3];

        Damage.Check(file, bytes => ImageFile.Read(bytes, 8, target), limit: LargestImage);
    }

    [Fact]
    public void An_IDX_file_packed_and_plain()
    {
        byte[] images = new byte[16 + 3 * 8], labels = [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3];
        images[2] = 8;
        images[3] = 3;
        foreach (var (at, value) in new[] { (4, 3), (8, 2), (12, 4) }) BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at), value);

        Damage.Check(images, bytes => Read("train-images-idx3-ubyte", bytes, ("train-labels-idx1-ubyte", labels)));
        Clear();
        Damage.Check(labels, bytes => Read("train-labels-idx1-ubyte", bytes, ("train-images-idx3-ubyte", images)));
        Clear();
        Damage.Check(Packed(images), bytes => Read("train-images-idx3-ubyte.gz", bytes, ("train-labels-idx1-ubyte", labels)));
    }

    [Fact]
    public void A_packed_CIFAR_batch()
    {
        var batch = new byte[2 * 3073];
        for (int i = 0; i < batch.Length; i++) batch[i] = (byte)(i % 3073 == 0 ? 3 : i / 97);
        byte[][] others = [.. Enumerable.Repeat(batch, 4)];

        Damage.Check(Packed(batch), bytes => Read("data_batch_1.bin.gz", bytes, [.. others.Select((other, i) => ($"data_batch_{i + 2}.bin", other))]));
    }

    [Fact]
    public void The_labels_of_STL_10()
    {
        const int Record = 3 * 96 * 96;
        _folder.Write("train_X.bin", new byte[3 * Record]);

        Damage.Check([1, 2, 10], bytes => Read("train_y.bin", bytes));
        _folder.Write("train_y.bin", [1, 2, 10]);
        Damage.Check(Packed(new byte[Record]), bytes => Read("unlabeled_X.bin.gz", bytes));
    }

    /// <summary>A changed name is an image that is not there, wherever it leads.</summary>
    [Theory]
    [InlineData("list.txt", "a.png\nfolder/b.png\n/dev/zero\n")]
    [InlineData("list.csv", "path,label\na.png,cat\n\"folder/b, c.png\",dog\n../d.png,cat\n")]
    public void A_list_of_files(string name, string text)
    {
        byte[] rgb = new byte[4 * 4 * 3], image = MadeImages.Png(MadeImages.Gradient(9, 7), 9, 7);
        _folder.Write("a.png", image);
        _folder.Write("folder/b.png", image);

        Damage.Check(System.Text.Encoding.UTF8.GetBytes(text), bytes =>
        {
            using var pool = ListPool.Open(_folder.Write(name, bytes));
            _ = pool.Labels;
            for (int i = 0; i < pool.Count; i++)
            {
                try
                {
                    pool.Read(i, 4, rgb);
                }
                catch (InvalidDataException)
                {
                }
            }
        });
    }

    void Read(string name, byte[] bytes, params (string Name, byte[] Bytes)[] beside)
    {
        _folder.Write(name, bytes);
        foreach (var (other, content) in beside)
            if (!File.Exists(Path.Combine(_folder.Path, other))) _folder.Write(other, content);
        using var pool = ImagePools.Open(_folder.Path);
        var rgb = new byte[4 * 4 * 3];
        _ = pool.Labels;
        for (int i = 0; i < Math.Min(3, pool.Count); i++) pool.Read(i, 4, rgb);
    }

    void Clear()
    {
        foreach (string file in Directory.GetFiles(_folder.Path)) File.Delete(file);
    }

    static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
