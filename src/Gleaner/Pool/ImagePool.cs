namespace Gleaner;

/// <summary>Images to choose from, listed once and in an order that does not depend on the file system. Index i means the same image in every output.</summary>
public abstract class ImagePool : IDisposable
{
    /// <summary>What this is, for people: <c>CIFAR-10 (binary)</c>, <c>folder of images</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>How many images were listed, the unreadable ones included.</summary>
    public abstract int Count { get; }

    /// <summary>Width and height in pixels if the format fixes them for every image; null if each image has its own.</summary>
    public abstract (int Width, int Height)? Shape { get; }

    /// <summary>The stable name of image <paramref name="index"/>: a path relative to the pool with '/' between folders, or <c>data_batch_1.bin#17</c>.</summary>
    public abstract string Key(int index);

    /// <summary>The file that holds this image and nothing else, absolute; null if the image has no file of its own.</summary>
    public virtual string? FileOf(int index) => null;

    /// <summary>The label of each image if the pool has labels, else null. Never used to select; -1 where an image has none.</summary>
    public virtual int[]? Labels => null;

    /// <summary>What each label stands for, label 0 first, if the pool says so; else null.</summary>
    public virtual IReadOnlyList<string>? LabelNames => null;

    /// <summary>Changes whenever the listing, or the size or time of a listed file, changes; lower-case hexadecimal.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>As <see cref="Fingerprint"/>, and changes with labels and their names too, where these lie elsewhere than the images. Reads nothing that is not read already.</summary>
    internal virtual string LabelsFingerprint => Fingerprint;

    /// <summary>The fingerprint with these labels and names in it.</summary>
    private protected string With(int[]? labels)
    {
        var fingerprint = new PoolFingerprint();
        foreach (string text in (string[])[Fingerprint, string.Join(',', labels ?? []), .. LabelNames ?? []]) fingerprint.Add(text, length: 0, DateTime.MinValue);
        return fingerprint.ToString();
    }

    /// <summary>
    /// Decodes image <paramref name="index"/> to <paramref name="size"/> x <paramref name="size"/> RGB bytes, row by row, three bytes a pixel:
    /// the shorter side is resized to <paramref name="size"/>, then the middle is cropped. Grey is repeated over the channels, alpha is dropped.
    /// Safe to call from several threads.
    /// </summary>
    /// <exception cref="InvalidDataException">The image cannot be read; the message is the reason, without the file's name.</exception>
    public abstract void Read(int index, int size, Span<byte> rgb);

    /// <summary>Image <paramref name="index"/> as a file would hold it: byte for byte where the pool has it encoded, as PNG where it has pixels. Safe to call from several threads.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public abstract EncodedImage Encoded(int index);

    /// <summary>Image <paramref name="index"/> to look at: whole where the pool has it whole, and as large as it is there; a large JPEG at a half, a quarter or an eighth, as long as its shorter side keeps <paramref name="shorterSide"/> pixels.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    internal virtual (byte[] Rgb, int Width, int Height) Picture(int index, int shorterSide)
    {
        int side = Shape is { } shape ? Math.Min(shape.Width, shape.Height) : shorterSide;
        var rgb = new byte[side * side * 3];
        Read(index, side, rgb);
        return (rgb, side, side);
    }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    private protected void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }

    private protected static void CheckTarget(int size, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (rgb.Length != size * (long)size * 3)
            throw new ArgumentException($"{rgb.Length} bytes; expected {size} x {size} x 3.", nameof(rgb));
    }
}
