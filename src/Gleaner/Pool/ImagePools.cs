namespace Gleaner;

/// <summary>Recognises the layout of a pool from what is in it.</summary>
public static class ImagePools
{
    internal const string WhatIsRead =
        "Read are: a folder of images; a folder with CIFAR's data_batch_1.bin to data_batch_5.bin or train.bin, STL-10's train_X.bin or unlabeled_X.bin, or train-images-idx3-ubyte; an idx3 images file; "
        + "Parquet files with a column of images, or WebDataset shards (.tar): one, a folder of them, or a pattern such as shards/{000..012}.tar; a list of image files (.txt, .csv).";

    /// <summary>
    /// Opens the pool at <paramref name="path"/>, which may be a pattern of Parquet files or tar archives. <paramref name="classFromFolder"/> concerns a folder of images: the name
    /// of an image's parent folder becomes its label. <paramref name="column"/> concerns Parquet files: which column holds the images, where several could.
    /// </summary>
    /// <exception cref="InvalidDataException">Nothing that can be read is there; the message says what was found and what is read.</exception>
    public static ImagePool Open(string path, bool classFromFolder = false, string? column = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path)) return OpenFile(path, column);
        if (!Directory.Exists(path)) return OpenPattern(path, column);

        if (CifarPool.Recognises(path)) return CifarPool.Open(path);
        if (Stl10Pool.Recognises(path)) return Stl10Pool.Open(path);
        if (IdxPool.Recognises(path)) return IdxPool.Open(path);
        return Shards(path) switch
        {
            ".parquet" => ParquetPool.Open(path, column),
            ".tar" => TarPool.Open(path),
            _ => ImageFolderPool.Open(path, classFromFolder),
        };
    }

    /// <summary>Whether something is there, or the path is a pattern that may stand for something.</summary>
    internal static bool CouldBe(string path) => Path.Exists(path) || ShardPattern.IsPattern(path);

    /// <summary>Opens the test images that belong to the pool at <paramref name="path"/>: CIFAR's, STL-10's, the MNIST family's, and the split test or validation of a folder of Parquet files; null if there are none.</summary>
    /// <exception cref="InvalidDataException">They are there and cannot be read.</exception>
    public static ImagePool? OpenTest(string path, string? column = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path)) return null;
        if (CifarPool.Recognises(path)) return CifarPool.OpenTest(path);
        if (Stl10Pool.Recognises(path)) return Stl10Pool.OpenTest(path);
        if (IdxPool.Recognises(path)) return IdxPool.OpenTest(path);
        return Shards(path) == ".parquet" ? ParquetPool.OpenTest(path, column) : null;
    }

    static ImagePool OpenPattern(string pattern, string? column)
    {
        if (!ShardPattern.IsPattern(pattern)) throw new FileNotFoundException($"{pattern}: no such file or folder.", pattern);
        return Path.GetExtension(pattern).ToLowerInvariant() switch
        {
            ".parquet" => ParquetPool.Open(pattern, column),
            ".tar" => TarPool.Open(pattern),
            _ => throw new InvalidDataException($"{pattern}: a pattern of no kind that is read. {WhatIsRead}"),
        };
    }

    // Images in the folder or below it win: then the table or archive only lies beside them.
    static string? Shards(string folder)
    {
        string[] kinds = [.. new[] { ".parquet", ".tar" }.Where(extension => ShardFiles.In(folder, extension).Length > 0)];
        if (kinds.Length == 0 || ImageFolderPool.Recognises(folder)) return null;
        return kinds.Length == 1 ? kinds[0] : throw new InvalidDataException($"{folder}: holds .parquet and .tar files; say which are the pool with a pattern, such as {Path.Combine(folder, "*.tar")}.");
    }

    static ImagePool OpenFile(string path, string? column)
    {
        if (IdxPool.Recognises(path)) return IdxPool.Open(path);
        string name = Path.GetFileName(path).ToLowerInvariant(), folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (name.EndsWith(".parquet", StringComparison.Ordinal)) return ParquetPool.Open(path, column);
        if (name.EndsWith(".tar", StringComparison.Ordinal)) return TarPool.Open(path);
        if (ListPool.Recognises(path)) return ListPool.Open(path);
        throw new InvalidDataException(
            ImageFolderPool.IsImageName(path) ? $"{path}: is one image; give the folder that holds the pool, such as {folder}."
            : CifarPool.Recognises(folder) || Stl10Pool.Recognises(folder) ? $"{path}: is a part of a pool; give its folder, {folder}."
            : name.EndsWith(".tgz", StringComparison.Ordinal) || name.Contains(".tar.", StringComparison.Ordinal) ? $"{path}: is a compressed archive, in which images cannot be found by offset. Unpack it to a .tar first (gunzip, unxz, zstd -d)."
            : $"{path}: is no pool that is read. {WhatIsRead}");
    }
}
