using Xunit;

namespace Gleaner.Tests;

public sealed class ImagePoolsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data_batch_1.bin", 3073, typeof(CifarPool))]
    [InlineData("train.bin", 3074, typeof(CifarPool))]
    [InlineData("unlabeled_X.bin", 27648, typeof(Stl10Pool))]
    public void The_layout_is_recognised_by_the_names_of_the_files(string name, int length, Type expected)
    {
        _folder.Write(name, new byte[length]);
        _folder.Write("cover.png", MadeImages.Png(4, 4));   // does not make it a folder of images

        using var pool = ImagePools.Open(_folder.Path);

        Assert.IsType(expected, pool);
    }

    [Fact]
    public void Anything_else_with_images_is_a_folder_of_images()
    {
        _folder.Write("a/cover.png", MadeImages.Png(4, 4));

        using var pool = ImagePools.Open(_folder.Path, classFromFolder: true);

        Assert.Equal("folder of images", pool.Kind);
        Assert.Equal([0], pool.Labels!);
    }

    [Theory]
    [InlineData("one.png", "is one image; give the folder that holds the pool, such as ")]
    [InlineData("data_batch_1.bin.xz", "is a part of a pool; give its folder, ")]
    [InlineData("notes.txt", "is no pool that is read. Read are: a folder of images;")]
    public void A_file_that_is_no_pool_says_what_to_do(string name, string reason)
    {
        string path = _folder.Write(name, [1, 2, 3]);

        Assert.StartsWith($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => ImagePools.Open(path)).Message);
    }

    [Fact]
    public void What_is_not_there_and_what_is_empty_are_different_errors()
    {
        Assert.Throws<FileNotFoundException>(() => ImagePools.Open(Path.Combine(_folder.Path, "missing")));
        string reason = Assert.Throws<InvalidDataException>(() => ImagePools.Open(_folder.Path)).Message;
        Assert.StartsWith($"{_folder.Path}: no image (.png .jpg .jpeg .webp .gif .bmp) here or in the folders below; no other file either. Read are: ", reason);
    }
}
