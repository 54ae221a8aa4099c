namespace Gleaner;

/// <summary>What every <see cref="IImageEmbedder"/> can do.</summary>
public static class ImageEmbedders
{
    /// <summary>Embeds every image.</summary>
    /// <returns>n x <see cref="IImageEmbedder.Dimension"/> numbers, row by row.</returns>
    /// <param name="embedder">The encoder.</param>
    /// <param name="images">The pool.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancel">Asked before every block.</param>
    public static float[] Embed(this IImageEmbedder embedder, ISquareImages images, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(images);
        var rows = new float[checked(images.Count * embedder.Dimension)];
        foreach (var block in embedder.Blocks(images, 0, cancel))
        {
            block.Values.CopyTo(rows, block.Start * embedder.Dimension);
            progress?.Report(block.Start + block.Count);
        }
        return rows;
    }
}
