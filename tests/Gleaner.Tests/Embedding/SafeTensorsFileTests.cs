using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

public sealed class SafeTensorsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        SafeTensor[] tensors = [new("b", "F32", [2, 3], Bytes(24)), new("a", "I64", [], Bytes(8)), new("é\"<", "BOOL", [0, 5], Bytes(0)), new("u", "U8", [3], Bytes(3))];
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["format"] = "pt" };

        var read = SafeTensorsFile.Read(Written(tensors, metadata));

        Assert.Equal(tensors.Select(t => t.Name).Order(), read.Tensors.Keys.Order());
        Assert.All(tensors, t => Assert.Equal(t.Data.ToArray(), read.Tensors[t.Name].Data.ToArray()));
        Assert.All(tensors, t => Assert.Equal((t.Dtype, string.Join(',', t.Shape)), (read.Tensors[t.Name].Dtype, string.Join(',', read.Tensors[t.Name].Shape))));
        Assert.Equal(metadata.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))), read.Metadata);
    }

    [Fact]
    public void The_order_in_which_tensors_are_given_does_not_matter()
    {
        SafeTensor[] tensors = [new("b", "F32", [2], Bytes(8)), new("a", "U8", [3], Bytes(3)), new("c", "F64", [1], Bytes(8))];

        var forward = File.ReadAllBytes(Written(tensors));
        var backward = File.ReadAllBytes(Written(tensors.Reverse()));

        Assert.Equal(forward, backward);
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(forward) % 8);
        Assert.StartsWith("{\"c\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"b\":", Encoding.UTF8.GetString(forward.AsSpan(8)));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"a":{"dtype":"X32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":3}""", 0)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    [InlineData("""{"__metadata__":[]}""", 0)]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""[]""", 0)]
    [InlineData("""{""", 0)]
    [InlineData("", 0)]
    public void A_lying_header_is_refused(string header, int dataLength)
    {
        string path = _folder.Write("lying.safetensors", [.. Length(header.Length), .. Encoding.UTF8.GetBytes(header), .. Bytes(dataLength)]);

        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path));

        Assert.StartsWith(path, error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(3UL)]
    public void A_lying_header_length_is_refused_before_memory_is_taken(ulong length)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        string path = _folder.Write("lying.safetensors", [.. prefix, (byte)'{', (byte)'}']);

        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path));
    }

    [Fact]
    public void Damage_is_refused_or_read_and_nothing_else() =>
        Damage.Check(File.ReadAllBytes(Written([new("b", "F32", [2, 3], Bytes(24)), new("a", "I64", [1], Bytes(8))])),
            bytes => SafeTensorsFile.Read(_folder.Write("damaged.safetensors", bytes)));

    [Fact]
    public void The_writer_refuses_what_the_reader_would_refuse()
    {
        Assert.Throws<ArgumentException>(() => Written([new("a", "U8", [1], Bytes(1)), new("a", "U8", [1], Bytes(1))]));
        Assert.Throws<ArgumentException>(() => Written([new("__metadata__", "U8", [1], Bytes(1))]));
        Assert.Throws<ArgumentException>(() => Written([new("a", "F32", [1], Bytes(1))]));
        Assert.Throws<ArgumentException>(() => Written([new("a", "float", [1], Bytes(4))]));
    }

    string Written(IEnumerable<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(stream, tensors, metadata);
        return _folder.Write("written.safetensors", stream.ToArray());
    }

    static byte[] Bytes(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)i)];

    static byte[] Length(int length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }
}
