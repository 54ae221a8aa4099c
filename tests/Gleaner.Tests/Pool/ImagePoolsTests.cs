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
    [InlineData("notes.md", "is no pool that is read. Read are: a folder of images;")]
    public void A_file_that_is_no_pool_says_what_to_do(string name, string reason)
    {
        string path = _folder.Write(name, [1, 2, 3]);

        Assert.StartsWith($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => ImagePools.Open(path)).Message);
    }

    [Fact]
    public void Tables_archives_and_lists_are_recognised_by_name_and_images_win_in_a_folder()
    {
        MadePools.Parquet(_folder, "p/a.parquet", 2);
        _folder.Write("t/a.tar", MadePools.Shard(0, 2));
        _folder.Write("l/list.csv", "path\nx.png\n");
        _folder.Write("i/a.parquet", [1]);
        _folder.Write("i/deep/a.png", MadeImages.Png(4, 4));
        string At(string name) => Path.Combine(_folder.Path, name);

        foreach (var (path, type) in new[] { ("p", typeof(ParquetPool)), ("p/a.parquet", typeof(ParquetPool)), ("p/*.parquet", typeof(ParquetPool)), ("t", typeof(TarPool)), ("t/{a,a}.tar", null!), ("t/?.tar", typeof(TarPool)), ("l/list.csv", typeof(ListPool)), ("i", typeof(ImageFolderPool)) })
        {
            if (type is null) Assert.Throws<InvalidDataException>(() => ImagePools.Open(At(path)));
            else
            {
                using var pool = ImagePools.Open(At(path));
                Assert.IsType(type, pool);
            }
        }
        File.Copy(At("t/a.tar"), At("p/a.tar"));
        Assert.Contains("holds .parquet and .tar files; say which are the pool with a pattern", Assert.Throws<InvalidDataException>(() => ImagePools.Open(At("p"))).Message);
        Assert.Contains("a pattern of no kind that is read", Assert.Throws<InvalidDataException>(() => ImagePools.Open(At("*.zip"))).Message);
    }

    [Fact]
    public void What_is_not_there_and_what_is_empty_are_different_errors()
    {
        Assert.Throws<FileNotFoundException>(() => ImagePools.Open(Path.Combine(_folder.Path, "missing")));
        string reason = Assert.Throws<InvalidDataException>(() => ImagePools.Open(_folder.Path)).Message;
        Assert.StartsWith($"{_folder.Path}: no image (.png .jpg .jpeg .webp .gif .bmp) here or in the folders below; no other file either. Read are: ", reason);
    }
}
