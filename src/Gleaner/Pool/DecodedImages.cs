using System.IO.MemoryMappedFiles;

namespace Gleaner;

/// <summary>The decoded pool: <see cref="Count"/> images of <see cref="Size"/> x <see cref="Size"/> RGB bytes (height, width, channel), resident or memory-mapped.</summary>
public sealed unsafe class DecodedImages : ISquareImages, IDisposable
{
    readonly MemoryMappedFile? _file;
    readonly MemoryMappedViewAccessor? _view;
    readonly byte[]? _resident;
    readonly byte* _mapped;

    /// <summary>Wraps <paramref name="pixels"/>, which holds <paramref name="count"/> x <paramref name="size"/> x <paramref name="size"/> x 3 bytes.</summary>
    public DecodedImages(byte[] pixels, int count, int size)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        (Count, Size, _resident) = (count, size, pixels);
        if (pixels.Length != count * (long)BytesPerImage)
            throw new ArgumentException($"{pixels.Length} bytes; expected {count} x {size} x {size} x 3 = {count * (long)BytesPerImage}.", nameof(pixels));
    }

    DecodedImages(MemoryMappedFile file, int count, int size)
    {
        (Count, Size, _file) = (count, size, file);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _mapped);
    }

    /// <summary>Maps a file of raw pixels; the operating system keeps in memory what is used.</summary>
    /// <exception cref="InvalidDataException">The file does not hold exactly <paramref name="count"/> images of this size.</exception>
    public static DecodedImages Map(string path, int count, int size)
    {
        var expected = (Int128)count * size * size * 3; // a size out of somebody's file may be anything
        long found = new FileInfo(path).Length;
        if (found != expected)
            throw new InvalidDataException($"{path}: {found} bytes; expected {count} x {size} x {size} x 3 = {expected}. Delete it and run again.");
        return new DecodedImages(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), count, size);
    }

    /// <summary>How many images.</summary>
    public int Count { get; }

    /// <summary>Width and height in pixels.</summary>
    public int Size { get; }

    /// <summary>Size x Size x 3.</summary>
    public int BytesPerImage => Size * Size * 3;

    /// <summary>The pixels of one image, in rows of RGB bytes.</summary>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _resident is not null
            ? _resident.AsSpan(index * BytesPerImage, BytesPerImage)
            : new ReadOnlySpan<byte>(_mapped + index * (long)BytesPerImage, BytesPerImage);
    }

    /// <inheritdoc/>
    public void Read(int start, int count, Memory<byte> rgb, int threads = 1, CancellationToken cancel = default)
    {
        if (rgb.Length != count * (long)BytesPerImage)
            throw new ArgumentException($"{rgb.Length} bytes; expected {count} x {Size} x {Size} x 3.", nameof(rgb));
        for (int i = 0; i < count; i++) Pixels(start + i).CopyTo(rgb.Span[(i * BytesPerImage)..]);
    }

    /// <summary>The images <paramref name="indices"/>, in that order, copied into memory.</summary>
    public DecodedImages Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var pixels = new byte[checked(indices.Count * BytesPerImage)];
        for (int i = 0; i < indices.Count; i++) Pixels(indices[i]).CopyTo(pixels.AsSpan(i * BytesPerImage));
        return new DecodedImages(pixels, indices.Count, Size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
