using System.Buffers.Binary;

namespace Gleaner;

/// <summary>Grey images in the IDX layout of the MNIST family (MNIST, Fashion-MNIST, KMNIST, EMNIST); packed (.gz, .xz) files are read as they are.</summary>
/// <remarks>LeCun, Cortes and Burges. Big-endian: 00 00, 08 for bytes, the number of dimensions, each dimension as 32 bits, then the values.</remarks>
public sealed class IdxPool : RecordPool
{
    // The second spelling is what one gets from archives that were unpacked by older tools.
    static readonly string[] TrainingImages = ["train-images-idx3-ubyte", "train-images.idx3-ubyte"], TestImages = ["t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"];

    readonly int[]? _labels; // those of the base wait until the images are unpacked

    IdxPool(DataFile images, int headerBytes, (int Width, int Height) shape, int[]? labels)
        : base("IDX (MNIST family)", [images], headerBytes, shape.Width * shape.Height, shape, () => labels) => _labels = labels;

    /// <summary>
    /// Opens the folder with <c>train-images-idx3-ubyte</c>, or any images file itself. Labels come from the file beside it whose name has
    /// <c>labels</c> and <c>idx1</c> instead of <c>images</c> and <c>idx3</c>, if there is one.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not there, or its header is not what its length says.</exception>
    public static IdxPool Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? file = Directory.Exists(path) ? FindImages(path, TrainingImages) : path;
        if (file is null) throw new InvalidDataException($"{path}: no {TrainingImages[0]}, plain or as .gz or .xz (MNIST family).");
        return DataFile.Open([file], files => Open(files[0]));
    }

    /// <summary>Opens the test images of the folder, <c>t10k-images-idx3-ubyte</c>, with their labels; null if they are not there.</summary>
    /// <exception cref="InvalidDataException">The header is not what the file's length says.</exception>
    public static IdxPool? OpenTest(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FindImages(path, TestImages) is { } file ? DataFile.Open([file], files => Open(files[0])) : null;
    }

    internal override string LabelsFingerprint => With(_labels);

    internal static bool Recognises(string path) =>
        Directory.Exists(path) ? FindImages(path, TrainingImages) is not null : Path.GetFileName(path).Contains("idx3", StringComparison.Ordinal);

    private protected override void Unpack(ReadOnlySpan<byte> record, Span<byte> rgb)
    {
        for (int i = 0; i < record.Length; i++) rgb.Slice(3 * i, 3).Fill(record[i]);
    }

    static IdxPool Open(DataFile images)
    {
        var size = Header(images, dimensions: 3);
        long count = size[0], height = size[1], width = size[2];
        if (count == 0 || width == 0 || height == 0 || height > ImageFile.MaxPixels / width)
            throw new InvalidDataException($"{images.Path}: header says {count} x {height} x {width}, which is no images.");

        string name = images.Name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        string? labels = name == images.Name ? null : DataFile.Find(Path.GetDirectoryName(Path.GetFullPath(images.Path))!, name);
        return new IdxPool(images, HeaderBytes(3), ((int)width, (int)height), labels is null ? null : ReadLabels(labels, count));
    }

    static string? FindImages(string folder, string[] names) => names.Select(name => DataFile.Find(folder, name)).FirstOrDefault(found => found is not null);

    static int HeaderBytes(int dimensions) => 4 + 4 * dimensions;

    /// <summary>The dimensions, which multiply to the number of bytes that follow them.</summary>
    static long[] Header(DataFile file, int dimensions)
    {
        var header = new byte[HeaderBytes(dimensions)];
        if (file.Length < header.Length) throw new InvalidDataException($"{file.Path}: {file.Length} bytes; an IDX header with {dimensions} dimensions has {header.Length}.");

        file.Read(0, header);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != 0x800 + dimensions)
            throw new InvalidDataException($"{file.Path}: starts with {Convert.ToHexString(header.AsSpan(0, 4))}; expected 0000080{dimensions}, IDX bytes with {dimensions} dimensions.");

        var size = Enumerable.Range(1, dimensions).Select(d => (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 * d))).ToArray();
        var declared = size.Aggregate(Int128.One, (product, d) => product * d);   // three 32-bit numbers overflow 64 bits
        return declared == file.Length - header.Length ? size
            : throw new InvalidDataException($"{file.Path}: header says {string.Join(" x ", size)}; the file holds {file.Length - header.Length} bytes after it.");
    }

    static int[] ReadLabels(string path, long count)
    {
        using var file = DataFile.Open(path)[0];
        long found = Header(file, dimensions: 1)[0];
        if (found != count) throw new InvalidDataException($"{path}: {found} labels for {count} images.");

        var labels = new byte[count];
        file.Read(HeaderBytes(1), labels);
        return Array.ConvertAll(labels, label => (int)label);
    }
}
