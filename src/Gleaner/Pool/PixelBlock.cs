namespace Gleaner;

/// <summary>The pixels of some neighbouring images: those from <see cref="First"/> on in <see cref="Images"/>, valid until the next block is asked for.</summary>
/// <param name="Index">Which block, from 0.</param>
/// <param name="Start">Its first image.</param>
/// <param name="Count">How many images.</param>
/// <param name="Images">Where the pixels are.</param>
/// <param name="First">The index in <paramref name="Images"/> of the block's first image.</param>
sealed record PixelBlock(int Index, int Start, int Count, DecodedImages Images, int First)
{
    public ReadOnlySpan<byte> Pixels(int image) => Images.Pixels(First + image);

    /// <summary>
    /// All blocks from <paramref name="fromBlock"/> on. Decoded images are lent and not copied; others are decoded one block ahead of whoever uses them
    /// (with one thread, only when they are needed), so two blocks are in memory.
    /// </summary>
    public static IEnumerable<PixelBlock> Of(ISquareImages images, int blockSize, int fromBlock, int threads, CancellationToken cancel)
    {
        int blocks = (int)((images.Count + (long)blockSize - 1) / blockSize);
        return images is DecodedImages decoded ? Lend(decoded, blockSize, fromBlock, blocks, cancel) : Decode(images, blockSize, fromBlock, blocks, threads, cancel);
    }

    static IEnumerable<PixelBlock> Lend(DecodedImages images, int blockSize, int fromBlock, int blocks, CancellationToken cancel)
    {
        for (int b = fromBlock; b < blocks; b++)
        {
            cancel.ThrowIfCancellationRequested();
            yield return new PixelBlock(b, b * blockSize, Math.Min(blockSize, images.Count - b * blockSize), images, b * blockSize);
        }
    }

    static IEnumerable<PixelBlock> Decode(ISquareImages images, int blockSize, int fromBlock, int blocks, int threads, CancellationToken cancel)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<PixelBlock>? ahead = null;
        var buffers = new byte[2][];
        try
        {
            for (int b = fromBlock; b < blocks; b++)
            {
                cancel.ThrowIfCancellationRequested();
                var block = ahead is null ? Read(b) : ahead.GetAwaiter().GetResult();
                int next = b + 1;
                ahead = threads > 1 && next < blocks ? Task.Run(() => Read(next)) : null;
                yield return block;
            }
        }
        finally
        {
            abandoned.Cancel();
            ((IAsyncResult?)ahead)?.AsyncWaitHandle.WaitOne();   // the buffers are its until it ends; how it ends is nobody's concern any more
            _ = ahead?.Exception;
        }

        PixelBlock Read(int b)
        {
            int start = b * blockSize, count = Math.Min(blockSize, images.Count - start), bytes = checked(count * images.Size * images.Size * 3);
            if (buffers[b % 2]?.Length != bytes) buffers[b % 2] = new byte[bytes];
            images.Read(start, count, buffers[b % 2], threads, abandoned.Token);
            return new PixelBlock(b, start, count, new DecodedImages(buffers[b % 2], count, images.Size), 0);
        }
    }
}
