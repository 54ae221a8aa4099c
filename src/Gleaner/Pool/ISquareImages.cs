namespace Gleaner;

/// <summary>Images of one size, read block by block: decoded before (<see cref="DecodedImages"/>), or only when they are asked for (<see cref="PoolImages"/>).</summary>
public interface ISquareImages
{
    /// <summary>How many images.</summary>
    int Count { get; }

    /// <summary>Width and height in pixels.</summary>
    int Size { get; }

    /// <summary>Writes the pixels of the images <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1, each in rows of RGB bytes: Count x Size x Size x 3 bytes.</summary>
    /// <param name="start">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="rgb">Where to.</param>
    /// <param name="threads">How many may decode at a time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    void Read(int start, int count, Memory<byte> rgb, int threads = 1, CancellationToken cancel = default);
}
