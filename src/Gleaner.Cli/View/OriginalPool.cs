namespace Gleaner.Cli;

/// <summary>The pool that a run was made from, opened in the background, to show its images as large as they are. If it is gone or was changed, the run's own pixels must do.</summary>
sealed class OriginalPool : IDisposable
{
    const int ShorterSide = 1024, MostLossless = 256, Quality = 90;

    readonly Task<ImagePool?> _pool;
    readonly SemaphoreSlim _one = new(1); // a picture of 100 megapixels takes 0.7 GB while it is read

    public OriginalPool(RunManifest.PoolSummary pool) => _pool = Task.Run(() => Open(pool));

    /// <summary>Image <paramref name="index"/> of the pool and its media type; null if the pool is not there or the image cannot be read any more.</summary>
    public async Task<(byte[] Bytes, string Type)?> Picture(int index, int decodedSize)
    {
        if (await _pool.ConfigureAwait(false) is not { } pool) return null;
        if (pool.Shape is { } shape && Math.Min(shape.Width, shape.Height) <= decodedSize) return null; // the run's own pixels are no fewer
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            var (rgb, width, height) = pool.Picture(index, ShorterSide);
            return ImageFile.ForBrowser(rgb, width, height, MostLossless, Quality);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pool.IsCompletedSuccessfully) _pool.Result?.Dispose();
        _one.Dispose();
    }

    static ImagePool? Open(RunManifest.PoolSummary summary)
    {
        if (summary.Kind == "embeddings" || !ImagePools.CouldBe(summary.Path)) return null;
        try
        {
            var pool = ImagePools.Open(summary.Path);
            if (pool.Count == summary.Count && pool.Fingerprint == summary.Fingerprint) return pool;
            pool.Dispose();
            return null;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
