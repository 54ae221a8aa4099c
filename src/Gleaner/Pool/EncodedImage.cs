namespace Gleaner;

/// <summary>An image as a file would hold it.</summary>
/// <param name="Bytes">The file's content: PNG, JPEG, WebP, GIF or BMP.</param>
/// <param name="Extension">How such files are called, without the point: <c>png</c>, <c>jpg</c>, <c>webp</c>, <c>gif</c>, <c>bmp</c>.</param>
public sealed record EncodedImage(ReadOnlyMemory<byte> Bytes, string Extension);
