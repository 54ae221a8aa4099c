namespace Gleaner;

/// <summary>A pool whose images lie in a few files, one fixed-size record after the other.</summary>
public abstract class RecordPool : ImagePool
{
    readonly IReadOnlyList<DataFile> _files;
    readonly int[] _counts;
    readonly int _headerBytes, _recordBytes;
    readonly (int Width, int Height) _shape;
    readonly Lazy<int[]?> _labels;

    private protected RecordPool(string kind, IReadOnlyList<DataFile> files, int headerBytes, int recordBytes, (int Width, int Height) shape, Func<int[]?> labels)
    {
        (Kind, _files, _headerBytes, _recordBytes, _shape) = (kind, files, headerBytes, recordBytes, shape);
        _labels = new Lazy<int[]?>(() =>
        {
            DataFile.Unpack(files);
            return labels();
        });
        if (!files.Any(file => file.WaitsToBeUnpacked)) _ = Labels; // a wrong layout shows in the labels: the sooner the better
        _counts = [.. files.Select(file => checked((int)((file.Length - headerBytes) / recordBytes)))];
        Count = checked(_counts.Sum());

        var fingerprint = new PoolFingerprint();
        foreach (var file in files) file.AddTo(fingerprint);
        Fingerprint = fingerprint.ToString();
    }

    /// <inheritdoc/>
    public sealed override string Kind { get; }

    /// <inheritdoc/>
    public sealed override int Count { get; }

    /// <inheritdoc/>
    public sealed override (int Width, int Height)? Shape => _shape;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A file holds a label that cannot be, or cannot be unpacked.</exception>
    public sealed override int[]? Labels => _labels.Value;

    /// <inheritdoc/>
    public sealed override string Fingerprint { get; }

    /// <inheritdoc/>
    public sealed override string Key(int index)
    {
        var (file, record) = Locate(index);
        return $"{file.Name}#{record}";
    }

    /// <inheritdoc/>
    public sealed override void Read(int index, int size, Span<byte> rgb)
    {
        CheckIndex(index);
        CheckTarget(size, rgb);
        Resampler.ResizeAndCrop(Native(index), _shape.Width, _shape.Height, size, rgb);
    }

    /// <inheritdoc/>
    public sealed override EncodedImage Encoded(int index)
    {
        using var png = new MemoryStream();
        ImageFile.EncodePng(png, Native(index), _shape.Width, _shape.Height);
        return new EncodedImage(png.ToArray(), "png");
    }

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        base.Dispose();
    }

    /// <summary>Turns a record into rows of RGB bytes.</summary>
    private protected abstract void Unpack(ReadOnlySpan<byte> record, Span<byte> rgb);

    /// <exception cref="InvalidDataException">The file is not a whole number of records.</exception>
    private protected static void CheckRecords(DataFile file, int recordBytes)
    {
        if (file.Length == 0 || file.Length % recordBytes != 0)
            throw new InvalidDataException($"{file.Path}: {file.Length} bytes; expected a multiple of {recordBytes}.");
    }

    byte[] Native(int index)
    {
        var (file, record) = Locate(index);
        var bytes = new byte[_recordBytes];
        file.Read(_headerBytes + record * (long)_recordBytes, bytes);
        var native = new byte[_shape.Width * _shape.Height * 3];
        Unpack(bytes, native);
        return native;
    }

    (DataFile File, int Record) Locate(int index)
    {
        CheckIndex(index);
        int file = 0;
        while (index >= _counts[file]) index -= _counts[file++];
        return (_files[file], index);
    }
}
