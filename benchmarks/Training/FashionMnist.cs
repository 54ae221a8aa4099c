using System.Buffers.Binary;
using System.IO.Compression;

namespace Gleaner.Benchmarks.Training;

/// <summary>The sample images (train, or t10k), grey repeated over three channels, and their labels.</summary>
static class FashionMnist
{
    public static (DecodedImages Images, byte[] Labels) Load(string part = "train")
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "fashion-mnist");
        byte[] pixels = Unzip(Path.Combine(folder, part + "-images-idx3-ubyte.gz")), labels = Unzip(Path.Combine(folder, part + "-labels-idx1-ubyte.gz"));
        int count = BinaryPrimitives.ReadInt32BigEndian(pixels.AsSpan(4)), size = BinaryPrimitives.ReadInt32BigEndian(pixels.AsSpan(8));
        var rgb = new byte[count * size * size * 3];
        for (int i = 0; i < rgb.Length; i++) rgb[i] = pixels[16 + i / 3];
        return (new DecodedImages(rgb, count, size), labels[8..]);
    }

    static byte[] Unzip(string path)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
