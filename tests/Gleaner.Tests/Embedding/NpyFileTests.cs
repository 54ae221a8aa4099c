using System.Text;
using CsCheck;
using Xunit;

namespace Gleaner.Tests;

public sealed class NpyFileTests
{
    public static TheoryData<string> Matrices =>
        [.. from order in new[] { "little", "big" } from size in new[] { 2, 4, 8 } from layout in "CF" select $"matrix-{order}-f{size}-{layout}.npy", "version-2.npy", "version-3.npy"];

    public static TheoryData<string> IntegerLists =>
        [.. from order in new[] { "little", "big" } from kind in "iu" from size in new[] { 1, 2, 4, 8 } select $"integers-{order}-{kind}{size}.npy"];

    [Theory, MemberData(nameof(Matrices))]
    public void Every_float_layout_of_numpy_is_read(string name)
    {
        using var array = NpyFile.Read(EmbeddingFixture.At(name));

        var matrix = array.ReadMatrix();

        Assert.Equal((5, 3), (matrix.Count, matrix.Dimension));
        Assert.Equal(EmbeddingFixture.Matrix, matrix.Values);
    }

    [Theory, MemberData(nameof(IntegerLists))]
    public void Every_integer_layout_of_numpy_is_read(string name)
    {
        using var array = NpyFile.Read(EmbeddingFixture.At(name));

        Assert.Equal([3, 0, 120, 7, 7], array.ReadIntegers());
    }

    [Fact]
    public void Negative_integers_keep_their_sign()
    {
        using var array = NpyFile.Read(EmbeddingFixture.At("negative-i2.npy"));

        Assert.Equal([-1, -32768, 32767], array.ReadIntegers());
    }

    [Theory]
    [InlineData("objects.npy", "pickle")]
    [InlineData("list-one.pkl", "pickle")]
    [InlineData("table.npy", "structured")]
    [InlineData("one-dimension.npy", "reshape")]
    [InlineData("three-dimensions.npy", "reshape")]
    [InlineData("scalar.npy", "2, one row per image")]
    [InlineData("no-rows.npy", "at least one row")]
    [InlineData("complex.npy", "numpy.float32")]
    [InlineData("many-i8.npy", "numpy.float32")]
    public void What_is_no_matrix_is_refused_with_a_way_out(string name, string hint)
    {
        var error = Assert.Throws<InvalidDataException>(() => EmbeddingFixture.Bytes(name) is var bytes && ReadMatrix(bytes) is null);

        Assert.StartsWith("x.npy", error.Message);
        Assert.Contains(hint, error.Message);
    }

    [Theory]
    [InlineData("objects.npy", "pickle")]
    [InlineData("bool.npy", "flatnonzero")]
    [InlineData("one-dimension.npy", "int64")]
    [InlineData("too-large-u8.npy", "element 1 is 9223372036854775808")]
    public void What_is_no_list_of_integers_is_refused_with_a_way_out(string name, string hint)
    {
        var error = Assert.Throws<InvalidDataException>(() => ReadIntegers(EmbeddingFixture.Bytes(name)));

        Assert.Contains(hint, error.Message);
    }

    [Fact]
    public void Written_arrays_are_the_bytes_of_numpy()
    {
        long[] longs = [3, 0, 120, 7, 7];
        int[] ints = [3, 0, 120, 7, 7];

        Assert.Equal(EmbeddingFixture.Bytes("integers-little-i8.npy"), Written(s => NpyFile.Write(s, longs)));
        Assert.Equal(EmbeddingFixture.Bytes("integers-little-i4.npy"), Written(s => NpyFile.Write(s, ints)));
        Assert.Equal(EmbeddingFixture.Bytes("empty-i8.npy"), Written(s => NpyFile.Write(s, ReadOnlySpan<long>.Empty)));
        Assert.Equal(EmbeddingFixture.Bytes("many-i8.npy"), Written(s => NpyFile.Write(s, [.. Enumerable.Range(0, 1234).Select(i => (long)i)])));
        Assert.Equal(EmbeddingFixture.Bytes("matrix-little-f4-C.npy"), Written(s => NpyFile.Write(s, EmbeddingFixture.Matrix, 5, 3)));
        Assert.Equal(EmbeddingFixture.Bytes("no-rows.npy"), Written(s => NpyFile.Write(s, ReadOnlySpan<float>.Empty, 0, 3)));
    }

    [Fact]
    public void What_is_written_is_read() => Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300]).Sample((rows, columns) =>
    {
        var values = Enumerable.Range(0, rows * columns).Select(i => i * 0.37f).ToArray();

        var matrix = ReadMatrix(Written(s => NpyFile.Write(s, values, rows, columns)));

        Assert.Equal((rows, columns), (matrix.Count, matrix.Dimension));
        Assert.Equal(values, matrix.Values);
    }, iter: 50, threads: 1);

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5,3)}")]
    [InlineData("{\"shape\":(5L,3L,),\"fortran_order\":False,\"descr\":\"<f4\"}   ")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), }\n")]
    public void Headers_of_other_writers_are_read(string header) =>
        Assert.Equal(EmbeddingFixture.Matrix, ReadMatrix(WithHeader(header, 60)).Values);

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-5, 3), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 4), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808, 1), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 1), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), 'shape': (5, 3), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), 'more': 1}", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (5, 3), }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", 60)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), } exit()", 60)]
    [InlineData("{'descr': '<f3', 'fortran_order': False, 'shape': (5, 3), }", 45)]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (5, 3), }", 240)]
    [InlineData("__import__('os')", 60)]
    [InlineData("", 60)]
    public void A_lying_header_is_refused(string header, int bytes) =>
        Assert.Throws<InvalidDataException>(() => ReadMatrix(WithHeader(header, bytes)));

    [Fact]
    public void A_header_of_4_gigabytes_is_refused_before_memory_is_taken() =>
        Assert.Throws<InvalidDataException>(() => ReadMatrix([0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0xff, .. new byte[60]]));

    [Theory]
    [InlineData("matrix-little-f4-C.npy")]
    [InlineData("matrix-big-f2-F.npy")]
    [InlineData("version-3.npy")]
    public void Damage_is_refused_or_read_and_nothing_else(string name) => Damage.Check(EmbeddingFixture.Bytes(name), bytes => ReadMatrix(bytes));

    [Fact]
    public void Damage_in_integers_is_refused_or_read_and_nothing_else() =>
        Damage.Check(EmbeddingFixture.Bytes("integers-big-u4.npy"), bytes => ReadIntegers(bytes));

    [Fact]
    public void A_refused_file_is_closed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.npy", "no array");

        Assert.Throws<InvalidDataException>(() => NpyFile.Read(path));

        using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    static EmbeddingFile.Matrix ReadMatrix(byte[] bytes)
    {
        using var array = NpyFile.Read(new MemoryStream(bytes), "x.npy");
        return array.ReadMatrix();
    }

    static long[] ReadIntegers(byte[] bytes)
    {
        using var array = NpyFile.Read(new MemoryStream(bytes), "x.npy");
        return array.ReadIntegers();
    }

    static byte[] WithHeader(string header, int numberBytes)
    {
        byte[] numbers = [.. EmbeddingFixture.Matrix.SelectMany(BitConverter.GetBytes), .. new byte[1000]];
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. numbers[..numberBytes]];
    }

    static byte[] Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
