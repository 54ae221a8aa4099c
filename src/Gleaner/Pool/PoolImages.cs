namespace Gleaner;

/// <summary>Some images of a pool, decoded when they are asked for and never kept: memory and disk do not grow with the pool or the size of its images.</summary>
public sealed class PoolImages : ISquareImages
{
    readonly ImagePool _pool;
    readonly int[]? _members;

    /// <summary>The images <paramref name="members"/> of <paramref name="pool"/>, in this order, or all of them, at <paramref name="size"/> x <paramref name="size"/>.</summary>
    public PoolImages(ImagePool pool, int size, IReadOnlyList<int>? members = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        (_pool, Size, _members) = (pool, size, members?.ToArray());
        foreach (int member in _members ?? [])
            if (member < 0 || member >= pool.Count) throw new ArgumentOutOfRangeException(nameof(members), $"Image {member}; the pool holds {pool.Count}.");
    }

    /// <inheritdoc/>
    public int Count => _members?.Length ?? _pool.Count;

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Read(int start, int count, Memory<byte> rgb, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        int bytes = checked(Size * Size * 3);
        if (rgb.Length != count * (long)bytes) throw new ArgumentException($"{rgb.Length} bytes; expected {count} x {Size} x {Size} x 3.", nameof(rgb));

        if (threads == 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                ReadOne(start + i, rgb.Slice(i * bytes, bytes));
            }
            return;
        }
        // The lowest image that cannot be read is the one that is told, whichever thread came first.
        var failures = new InvalidDataException?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i =>
        {
            try
            {
                ReadOne(start + i, rgb.Slice(i * bytes, bytes));
            }
            catch (InvalidDataException error)
            {
                failures[i] = error;
            }
        });
        if (failures.FirstOrDefault(failure => failure is not null) is { } first) throw first;
    }

    void ReadOne(int image, Memory<byte> rgb)
    {
        int index = _members?[image] ?? image;
        try
        {
            _pool.Read(index, Size, rgb.Span);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{_pool.Key(index)}: {error.Message}", error);
        }
    }
}
