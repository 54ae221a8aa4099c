namespace Gleaner.Onnx.Tests;

/// The same images as others, but read a block at a time, as those of a pool are.
sealed class CopiedImages(DecodedImages images) : ISquareImages
{
    public int BrokenFrom { get; init; } = int.MaxValue;

    public int Count => images.Count;

    public int Size => images.Size;

    public void Read(int start, int count, Memory<byte> rgb, int threads, CancellationToken cancel)
    {
        if (start + count > BrokenFrom) throw new InvalidDataException("broken");
        images.Read(start, count, rgb, threads, cancel);
    }
}
