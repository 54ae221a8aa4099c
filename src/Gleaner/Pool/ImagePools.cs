namespace Gleaner;

/// <summary>Recognises the layout of a pool from what is in it.</summary>
public static class ImagePools
{
    internal const string WhatIsRead =
        "Read are: a folder of images; a folder with CIFAR's data_batch_1.bin to data_batch_5.bin or train.bin, STL-10's train_X.bin or unlabeled_X.bin, or train-images-idx3-ubyte; an idx3 images file.";

    /// <summary>Opens the pool at <paramref name="path"/>. <paramref name="classFromFolder"/> concerns a folder of images: the name of an image's parent folder becomes its label.</summary>
    /// <exception cref="InvalidDataException">Nothing that can be read is there; the message says what was found and what is read.</exception>
    public static ImagePool Open(string path, bool classFromFolder = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path)) return OpenFile(path);
        if (!Directory.Exists(path)) throw new FileNotFoundException($"{path}: no such file or folder.", path);

        if (CifarPool.Recognises(path)) return CifarPool.Open(path);
        if (Stl10Pool.Recognises(path)) return Stl10Pool.Open(path);
        if (IdxPool.Recognises(path)) return IdxPool.Open(path);
        return ImageFolderPool.Open(path, classFromFolder);
    }

    /// <summary>Opens the test images that belong to the pool at <paramref name="path"/>: CIFAR's, STL-10's and the MNIST family's; null if there are none.</summary>
    /// <exception cref="InvalidDataException">They are there and cannot be read.</exception>
    public static ImagePool? OpenTest(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path)) return null;
        if (CifarPool.Recognises(path)) return CifarPool.OpenTest(path);
        if (Stl10Pool.Recognises(path)) return Stl10Pool.OpenTest(path);
        return IdxPool.Recognises(path) ? IdxPool.OpenTest(path) : null;
    }

    static IdxPool OpenFile(string path)
    {
        if (IdxPool.Recognises(path)) return IdxPool.Open(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        throw new InvalidDataException(
            ImageFolderPool.IsImageName(path) ? $"{path}: is one image; give the folder that holds the pool, such as {folder}."
            : CifarPool.Recognises(folder) || Stl10Pool.Recognises(folder) ? $"{path}: is a part of a pool; give its folder, {folder}."
            : $"{path}: is no pool that is read. {WhatIsRead}");
    }
}
