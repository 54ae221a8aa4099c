namespace Gleaner;

/// <summary>The training images of CIFAR-10 or CIFAR-100 in the binary layout of their author; packed (.gz, .xz) files are read as they are.</summary>
/// <remarks>Krizhevsky 2009. A record is the label (CIFAR-100: the coarse one, then the fine one) and 32 x 32 red, then green, then blue bytes.</remarks>
public sealed class CifarPool : RecordPool
{
    const int Side = 32, PixelBytes = 3 * Side * Side;

    readonly int _labelBytes;

    CifarPool(string kind, DataFile[] files, int labelBytes, int classes, IReadOnlyList<string>? names)
        : base(kind, files, headerBytes: 0, labelBytes + PixelBytes, (Side, Side), () => ReadLabels(files, labelBytes, classes)) => (_labelBytes, LabelNames) = (labelBytes, names);

    static IEnumerable<string> Batches => Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin");

    /// <summary>Opens the folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>, in that order, or with <c>train.bin</c>; the test images are not in the pool. Labels have the names of <c>batches.meta.txt</c> or <c>fine_label_names.txt</c> beside them.</summary>
    /// <exception cref="InvalidDataException">The files are not there, or are not what CIFAR's are.</exception>
    public static CifarPool Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] batches = [.. Batches.Select(name => DataFile.Find(path, name)).OfType<string>()];
        if (batches.Length > 0)
        {
            string kind = "CIFAR-10 (binary)" + (batches.Length < 5 ? $", {batches.Length} of its 5 batches" : "");
            return DataFile.Open(batches, files => Ten(kind, files, path));
        }
        return DataFile.Find(path, "train.bin") is { } train
            ? DataFile.Open([train], files => Hundred("CIFAR-100 (binary)", files, path))
            : throw new InvalidDataException($"{path}: neither data_batch_1.bin to data_batch_5.bin (CIFAR-10) nor train.bin (CIFAR-100), plain or as .gz or .xz. The binary version is needed, not the Python one.");
    }

    /// <summary>Opens the test images beside the pool, <c>test_batch.bin</c> or <c>test.bin</c>; null if they are not there.</summary>
    /// <exception cref="InvalidDataException">The file is not what CIFAR's is.</exception>
    public static CifarPool? OpenTest(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (DataFile.Find(path, "test_batch.bin") is { } ten) return DataFile.Open([ten], files => Ten("CIFAR-10 (binary), test", files, path));
        return DataFile.Find(path, "test.bin") is { } hundred ? DataFile.Open([hundred], files => Hundred("CIFAR-100 (binary), test", files, path)) : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? LabelNames { get; }

    // Labels are in the files of the images.
    internal override string LabelsFingerprint => With(null);

    internal static bool Recognises(string folder) => Batches.Append("train.bin").Any(name => DataFile.Find(folder, name) is not null);

    private protected override void Unpack(ReadOnlySpan<byte> record, Span<byte> rgb)
    {
        var planes = record[_labelBytes..];
        for (int i = 0; i < Side * Side; i++)
            for (int c = 0; c < 3; c++)
                rgb[3 * i + c] = planes[c * Side * Side + i];
    }

    static CifarPool Ten(string kind, DataFile[] files, string folder) => Open(kind, files, labelBytes: 1, classes: 10, LabelNamesFile.Read(folder, "batches.meta.txt", 10));

    static CifarPool Hundred(string kind, DataFile[] files, string folder) => Open(kind, files, labelBytes: 2, classes: 100, LabelNamesFile.Read(folder, "fine_label_names.txt", 100));

    static CifarPool Open(string kind, DataFile[] files, int labelBytes, int classes, IReadOnlyList<string>? names)
    {
        foreach (var file in files) CheckRecords(file, labelBytes + PixelBytes);
        return new CifarPool(kind, files, labelBytes, classes, names);
    }

    static int[] ReadLabels(DataFile[] files, int labelBytes, int classes)
    {
        var labels = new List<int>();
        Span<byte> label = stackalloc byte[labelBytes];
        foreach (var file in files)
        {
            for (long at = 0; at < file.Length; at += labelBytes + PixelBytes)
            {
                file.Read(at, label);
                if (label[^1] >= classes)
                    throw new InvalidDataException($"{file.Path}: the record at byte {at} has the label {label[^1]}; expected 0 to {classes - 1}. The file is damaged or of another layout.");
                labels.Add(label[^1]);
            }
        }
        return [.. labels];
    }
}
