namespace Gleaner;

/// <summary>A pool whose images are encoded, each with a size of its own, wherever their bytes lie.</summary>
public abstract class EncodedPool : ImagePool
{
    private protected EncodedPool() { }

    /// <inheritdoc/>
    public sealed override (int Width, int Height)? Shape => null;

    /// <inheritdoc/>
    public sealed override void Read(int index, int size, Span<byte> rgb)
    {
        CheckIndex(index);
        CheckTarget(size, rgb);
        ImageFile.Read(Bytes(index).Span, size, rgb);
    }

    /// <inheritdoc/>
    public sealed override EncodedImage Encoded(int index)
    {
        CheckIndex(index);
        var bytes = Bytes(index);
        return new EncodedImage(bytes, ImageSignature.Extension(bytes.Span));
    }

    internal sealed override (byte[] Rgb, int Width, int Height) Picture(int index, int shorterSide)
    {
        CheckIndex(index);
        return ImageFile.Decode(Bytes(index).Span, shorterSide);
    }

    /// <summary>The encoded image. Safe to call from several threads.</summary>
    /// <exception cref="InvalidDataException">It cannot be had; the message is the reason, without a name.</exception>
    private protected abstract ReadOnlyMemory<byte> Bytes(int index);
}
