namespace Gleaner;

/// <summary>An encoder at work: it turns images into rows of numbers, block by block, whatever it runs on.</summary>
public interface IImageEmbedder
{
    /// <summary>Numbers in a row.</summary>
    int Dimension { get; }

    /// <summary>Images in every block but the last.</summary>
    int BlockSize { get; }

    /// <summary>Width and height in pixels of the images that it takes.</summary>
    int ImageSize { get; }

    /// <summary>Multiply-adds for one image, its views included; null if they are not known.</summary>
    double? MultiplyAddsPerImage { get; }

    /// <summary>Embeds block after block from <paramref name="fromBlock"/> on; each is the same whichever was the first.</summary>
    /// <exception cref="ArgumentException">The images are not <see cref="ImageSize"/> wide.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    IEnumerable<EmbeddingBlock> Blocks(ISquareImages images, int fromBlock = 0, CancellationToken cancel = default);
}
