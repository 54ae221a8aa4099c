using System.IO.Compression;
using Xunit;

namespace Gleaner.Tests;

public sealed class EmbeddingFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("matrix-little-f4-C.npy", null)]
    [InlineData("stored.npz", null)]
    [InlineData("stored.npz", "embedding")]
    [InlineData("deflated.npz", null)]
    [InlineData("deflated.npz", "embedding.npy")]
    [InlineData("two.npz", "train")]
    [InlineData("matrix-F16.safetensors", null)]
    [InlineData("matrix-BF16.safetensors", "embedding")]
    [InlineData("matrix-F32.safetensors", null)]
    [InlineData("matrix-F64.safetensors", null)]
    public void Each_format_gives_the_same_matrix(string file, string? name)
    {
        var matrix = EmbeddingFile.Read(EmbeddingFixture.At(file), name);

        Assert.Equal((5, 3), (matrix.Count, matrix.Dimension));
        Assert.Equal(EmbeddingFixture.Matrix, matrix.Values);
    }

    [Theory]
    [InlineData("two.npz", null, "--array NAME. It holds: train <f4 (5, 3); test <f8 (5, 3); labels <i8 (5,).")]
    [InlineData("two.npz", "valid", "no array is named \"valid\"")]
    [InlineData("two.npz", "labels", "numbers of type <i8")]
    [InlineData("no-matrix.npz", null, "no array is n x d")]
    [InlineData("matrix-F32.safetensors", "labels", "tensor.float()")]
    [InlineData("matrix-F32.safetensors", "x", "It holds: embedding F32 (5, 3); labels I64 (5).")]
    [InlineData("list-one.pkl", null, "extension \".pkl\"; expected an embedding")]
    public void What_cannot_be_meant_is_refused_with_a_list(string file, string? name, string hint)
    {
        var error = Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(EmbeddingFixture.At(file), name));

        Assert.StartsWith(EmbeddingFixture.At(file), error.Message);
        Assert.Contains(hint, error.Message);
    }

    [Theory]
    [InlineData("a.npy", true)]
    [InlineData("a.NPZ", true)]
    [InlineData("a.safetensors", true)]
    [InlineData("a.parquet", true)]
    [InlineData("a.csv", false)]
    [InlineData("npy", false)]
    public void Extensions_say_what_is_an_embedding(string path, bool expected) => Assert.Equal(expected, EmbeddingFile.IsEmbedding(path));

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    [InlineData("matrix-BF16.safetensors")]
    public void Damage_is_refused_or_read_and_nothing_else(string name) => Damage.Check(EmbeddingFixture.Bytes(name),
        bytes => EmbeddingFile.Read(_folder.Write(name, bytes)));

    [Fact]
    public void Damaged_numbers_in_a_zip_are_noticed()
    {
        var bytes = EmbeddingFixture.Bytes("stored.npz");
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(-0.75f));
        bytes[at] ^= 1;

        var error = Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(_folder.Write("stored.npz", bytes)));

        Assert.Contains("checksum", error.Message);
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void A_zip_bomb_is_refused_before_memory_is_taken(CompressionLevel level)
    {
        // A header that promises 2 billion bytes, over almost none.
        var header = new NpyHeader("<f4", FortranOrder: false, [5_000_000, 100]).ToBytes();
        string path = Zip(level, ("../../escape.npy", [.. header, .. new byte[1000]]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(path));

        Assert.Contains("expected 2000000000", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused()
    {
        byte[] array = EmbeddingFixture.Bytes("matrix-little-f4-C.npy");
        string path = Zip(CompressionLevel.NoCompression, ("a.npy", array), ("a.npy", array));

        Assert.Contains("2 arrays are named", Assert.Throws<InvalidDataException>(() => EmbeddingFile.Read(path, "a")).Message);
    }

    string Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        return _folder.Write("made.npz", stream.ToArray());
    }
}
