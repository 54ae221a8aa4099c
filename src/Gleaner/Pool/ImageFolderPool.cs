namespace Gleaner;

/// <summary>The image files in a folder and below, in the ordinal order of their paths. Files are read when asked for; nothing is kept.</summary>
public sealed class ImageFolderPool : EncodedPool
{
    const string Extensions = ".png .jpg .jpeg .webp .gif .bmp";

    static readonly HashSet<string> Known = new(Extensions.Split(' '), StringComparer.OrdinalIgnoreCase);

    readonly (string Key, FileInfo File)[] _images;

    ImageFolderPool((string Key, FileInfo File)[] images, int skipped, bool classFromFolder)
    {
        (_images, SkippedCount) = (images, skipped);
        var fingerprint = new PoolFingerprint();
        foreach (var (key, file) in images) WholeFile.AddTo(fingerprint, key, file);
        Fingerprint = fingerprint.ToString();
        if (!classFromFolder) return;

        string?[] folders = [.. images.Select(image => image.Key.Split('/') is [.., var parent, _] ? parent : null)];
        LabelNames = [.. folders.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var labels = LabelNames.Index().ToDictionary(name => name.Item, name => name.Index);
        Labels = [.. folders.Select(folder => folder is null ? -1 : labels[folder])];
    }

    /// <summary>
    /// Lists the images: by extension (png, jpg, jpeg, webp, gif, bmp), hidden files and folders left out, links followed without going round in circles.
    /// With <paramref name="classFromFolder"/>, the name of the folder that an image lies in is its label; images not in a folder of their own have none (-1).
    /// </summary>
    /// <exception cref="InvalidDataException">There is no image, or a folder cannot be listed.</exception>
    public static ImageFolderPool Open(string path, bool classFromFolder = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path)) throw new InvalidDataException($"{path}: {(File.Exists(path) ? "is a file; expected a folder" : "no such folder")}.");

        var files = FolderListing.Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        (string, FileInfo)[] images = [.. files.Where(file => Known.Contains(file.File.Extension))];
        if (images.Length == 0)
        {
            string others = files.Count == 0 ? "no other file either" : $"{files.Count} other files, such as '{files[0].Key}'";
            throw new InvalidDataException($"{path}: no image ({Extensions}) here or in the folders below; {others}. {ImagePools.WhatIsRead}");
        }
        return new ImageFolderPool(images, files.Count - images.Length, classFromFolder);
    }

    internal static bool IsImageName(string path) => Known.Contains(Path.GetExtension(path));

    /// <summary>Whether there is an image to list.</summary>
    internal static bool Recognises(string folder) => FolderListing.Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Any(file => IsImageName(file.Key));

    /// <inheritdoc/>
    public override string Kind => "folder of images";

    /// <inheritdoc/>
    public override int Count => _images.Length;

    /// <inheritdoc/>
    public override int[]? Labels { get; }

    /// <summary>The folder name that each label stands for, in ordinal order; null if labels were not asked for.</summary>
    public override IReadOnlyList<string>? LabelNames { get; }

    /// <summary>How many files that are not hidden were left out because their extension is no image's.</summary>
    public int SkippedCount { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override string Key(int index)
    {
        CheckIndex(index);
        return _images[index].Key;
    }

    /// <inheritdoc/>
    public override string FileOf(int index)
    {
        CheckIndex(index);
        return _images[index].File.FullName;
    }

    private protected override ReadOnlyMemory<byte> Bytes(int index) => WholeFile.Read(_images[index].File.FullName);
}
