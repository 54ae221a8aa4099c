namespace Gleaner;

/// <summary>STL-10 in its binary layout: the labeled training images, then the unlabeled ones. Read by offset; the 2.6 GB are never loaded whole.</summary>
/// <remarks>Coates, Ng and Lee 2011. A record is 96 x 96 red, then green, then blue bytes, column after column.</remarks>
public sealed class Stl10Pool : RecordPool
{
    const int Side = 96, RecordBytes = 3 * Side * Side, Classes = 10;

    readonly int[]? _labels; // those of the base wait until the images are unpacked

    Stl10Pool(DataFile[] files, int[]? labels, IReadOnlyList<string>? names) : base("STL-10 (binary)", files, headerBytes: 0, RecordBytes, (Side, Side), () => labels) => (_labels, LabelNames) = (labels, names);

    /// <summary>Opens the folder with <c>train_X.bin</c>, <c>unlabeled_X.bin</c> or both; <c>test_X.bin</c> is not in the pool. Labels from <c>train_y.bin</c> start at 0, and have the names of <c>class_names.txt</c>.</summary>
    /// <exception cref="InvalidDataException">The files are not there, or are not what STL-10's are.</exception>
    public static Stl10Pool Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? train = DataFile.Find(path, "train_X.bin"), unlabeled = DataFile.Find(path, "unlabeled_X.bin");
        if (train is null && unlabeled is null)
            throw new InvalidDataException($"{path}: neither train_X.bin nor unlabeled_X.bin (STL-10).");

        string? labels = train is null ? null : DataFile.Find(path, "train_y.bin");
        return DataFile.Open([.. new[] { train, unlabeled }.OfType<string>()], files => Open(files, labels, path));
    }

    /// <summary>Opens the test images beside the pool, <c>test_X.bin</c> with the labels of <c>test_y.bin</c>; null if they are not there.</summary>
    /// <exception cref="InvalidDataException">The files are not what STL-10's are.</exception>
    public static Stl10Pool? OpenTest(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return DataFile.Find(path, "test_X.bin") is { } test ? DataFile.Open([test], files => Open(files, DataFile.Find(path, "test_y.bin"), path)) : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? LabelNames { get; }

    internal override string LabelsFingerprint => With(_labels);

    internal static bool Recognises(string folder) => DataFile.Find(folder, "train_X.bin") is not null || DataFile.Find(folder, "unlabeled_X.bin") is not null;

    private protected override void Unpack(ReadOnlySpan<byte> record, Span<byte> rgb)
    {
        int at = 0;
        for (int c = 0; c < 3; c++)
            for (int x = 0; x < Side; x++)
                for (int y = 0; y < Side; y++)
                    rgb[(y * Side + x) * 3 + c] = record[at++];
    }

    static Stl10Pool Open(DataFile[] images, string? labels, string folder)
    {
        foreach (var file in images) CheckRecords(file, RecordBytes);
        return new Stl10Pool(images, labels is null ? null : ReadLabels(labels, images), labels is null ? null : LabelNamesFile.Read(folder, "class_names.txt", Classes));
    }

    static int[] ReadLabels(string path, DataFile[] images)
    {
        using var file = DataFile.Open(path)[0];
        long labeled = images[0].Length / RecordBytes;
        if (file.Length != labeled)
            throw new InvalidDataException($"{path}: {file.Length} bytes; expected {labeled}, one for each image of {images[0].Name}.");

        var stored = new byte[labeled];
        file.Read(0, stored);
        var labels = new int[images.Sum(image => image.Length / RecordBytes)];
        Array.Fill(labels, -1);
        for (int i = 0; i < stored.Length; i++)
        {
            labels[i] = stored[i] is >= 1 and <= Classes ? stored[i] - 1
                : throw new InvalidDataException($"{path}: label {i} is {stored[i]}; expected 1 to {Classes}.");
        }
        return labels;
    }
}
