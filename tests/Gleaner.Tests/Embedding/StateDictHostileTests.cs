using System.IO.Compression;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

/// Pickles and zip files that no PyTorch writes, made by hand: what lies, repeats, grows or acts is refused before it costs memory.
public sealed class StateDictHostileTests
{
    const string Bytes4 = "numbers!numbers!";        // four float32

    [Fact]
    public void A_state_dict_written_by_hand_is_read()
    {
        var read = Read(Zip(Dictionary(Tensor(shape: [2, 2], strides: [2, 1]))));

        Assert.Equal(Encoding.ASCII.GetBytes(Bytes4), read.Tensors["w"].Data.ToArray());
    }

    [Fact]
    public void Numbers_of_another_byte_order_are_turned_around()
    {
        var read = Read(Zip(Dictionary(Tensor([4], [1])), more: ("net/byteorder", "big")));

        Assert.Equal("bmun!srebmun!sre", Encoding.ASCII.GetString(read.Tensors["w"].Data.Span));
        Assert.Contains("neither little nor big", Refusal(Zip(Dictionary(Tensor([4], [1])), more: ("net/byteorder", "middle"))));
    }

    // torchvision's weights of 2017: Parameters as objects, and Python 2's strings and OrderedDict.
    [Theory]
    [InlineData("ctorch.nn.parameter\nParameter\n{0}\x85\x81(\x88\x89}tb")]
    [InlineData("ctorch.nn.parameter\nParameter\n{0}\x85\x81(\x88\x89Ntb")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n{0}\x88}\x87R")]
    public void Parameters_of_any_age_are_their_tensors(string parameter)
    {
        string tensor = Tensor([4], [1]);

        Assert.Equal([4L], Read(Zip($"\x80\x02}}U\u0001w{parameter.Replace("{0}", tensor, StringComparison.Ordinal)}s.")).Tensors["w"].Shape);
        Assert.Equal([4L], Read(Zip($"\x80\u0002ccollections\nOrderedDict\n](](U\u0001w{tensor}ee\x85R.")).Tensors["w"].Shape);
    }

    [Theory]
    [InlineData("cos\nsystem\n.", "asks for os.system")]
    [InlineData("c__builtin__\neval\n.", "asks for __builtin__.eval")]
    [InlineData("X\x02\0\0\0osX\x06\0\0\0system\x93.", "asks for os.system")]
    [InlineData("ctorch\nload\n.", "asks for torch.load")]
    [InlineData("ctorch.nn.parameter\nParameter\n)R.", "REDUCE of torch.nn.parameter.Parameter with 0 arguments")]
    [InlineData("ctorch\nFloatStorage\n)R.", "REDUCE of torch.FloatStorage with 0 arguments")]
    [InlineData("ctorch\nFloatStorage\n)\x81.", "NEWOBJ of something else")]
    [InlineData("})R.", "REDUCE of something that is no function")]
    [InlineData("]}b.", "BUILD of something else")]
    [InlineData("}]b.", "BUILD of something else")]
    [InlineData("(cos\nsystem\no.", "asks for os.system")]
    [InlineData("(ios\nsystem\n.", "opcode INST, which runs code")]
    [InlineData("(}o.", "opcode OBJ, which runs code")]
    [InlineData("\x82\x01.", "opcode EXT1, which runs code")]
    [InlineData("P0\n.", "opcode PERSID, which runs code")]
    [InlineData("})\x92.", "opcode NEWOBJ_EX, which runs code")]
    [InlineData("K\x01Q.", "refers to something outside the file that is no storage")]
    [InlineData("X\x06\0\0\0module\x85Q.", "refers to a \"module\" of another form")]
    [InlineData("(X\x07\0\0\0storageccollections\nOrderedDict\nX\x01\0\0\00X\x03\0\0\0cpuK\x04tQ.", "BINPERSID of 4 numbers of collections.OrderedDict")]
    [InlineData("0.", "opcode POP; expected")]
    [InlineData("s.", "SETITEM where there is too little")]
    [InlineData("}(K\x01u.", "SETITEMS to something that is no dictionary, or of half a pair")]
    [InlineData("K\x01(\x85.", "TUPLE1 where there is too little")]
    [InlineData("t.", "TUPLE without MARK")]
    [InlineData("h\x07.", "BINGET of number 7, which was not noted")]
    [InlineData(".", "STOP with 0 values")]
    [InlineData("}}.", "STOP with 2 values")]
    [InlineData("X\xff\xff\xff\x7f", "BINUNICODE of 2147483647 bytes")]
    [InlineData("X\x02\0\0\0\xc3\x28.", "of bytes that are no UTF-8")]
    [InlineData("}.", "has no tensors but nothing")]
    [InlineData("K\x01.", "holds a number; expected a dictionary of tensors")]
    [InlineData("}X\x05\0\0\0epochK\x01s.", "has no tensors but \"epoch\"; expected a state dict, or a checkpoint with one as state_dict, model_state_dict, model")]
    public void What_is_no_dictionary_of_tensors_is_refused_by_name(string latin1, string says) => Assert.Contains(says, Refusal(Zip("\x80\x02" + latin1)));

    [Theory]
    [InlineData(new long[] { 5 }, new long[] { 1 }, 0, "looks at number 4 of its storage; expected less than 4")]
    [InlineData(new long[] { 2, 2 }, new long[] { 3, 1 }, 0, "looks at number 4")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, 4, "looks at number 4")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, -1, "none negative")]
    [InlineData(new long[] { -1 }, new long[] { 1 }, 0, "none negative")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 1, "none negative")]
    [InlineData(new long[] { 2, 2 }, new long[] { 1 }, 0, "as many strides as lengths")]
    [InlineData(new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, 0, "fewer than 2^63 bytes")]
    [InlineData(new long[] { 3, long.MaxValue / 16 }, new long[] { long.MaxValue, long.MaxValue }, 0, "which looks at number")]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, 3, "looks at number 9223372036854775810")]
    [InlineData(new long[] { 1L << 30 }, new long[] { 0 }, 0, "at most 2147483591 in one array")]
    [InlineData(new long[] { 1 << 20 }, new long[] { 0 }, 0, "the views of the file's numbers are larger than the file")]
    public void Views_that_lie_are_refused(long[] shape, long[] strides, long offset, string says) => Assert.Contains(says, Refusal(Zip(Dictionary(Tensor(shape, strides, offset)))));

    [Fact]
    public void Storages_that_lie_are_refused()
    {
        Assert.Contains("data/0]: has 16 bytes; expected 5 numbers F32", Refusal(Zip(Dictionary(Tensor([4], [1], elements: 5)))));
        Assert.Contains("has 16 bytes; expected 9223372036854775807 numbers F32", Refusal(Zip(Dictionary(Tensor([4], [1], elements: long.MaxValue)))));
        Assert.Contains("data/../x]: has no bytes", Refusal(Zip(Dictionary(Tensor([4], [1], key: "../x")))));
        Assert.Contains("BINPERSID of -1 numbers", Refusal(Zip(Dictionary(Tensor([4], [1], elements: -1)))));
        Assert.Contains("BINPERSID of storage \"0\" as F64 x 4, which was F32 x 4 before", Refusal(Zip($"\x80\x02}}(K\u0001{Tensor([4], [1])}K\u0002{Tensor([2], [1], type: "Double")}u.")));
    }

    [Fact]
    public void A_name_that_is_there_twice_is_refused()
    {
        string twice = $"\x80\x02}}(U\u0001w{Tensor([4], [1])}U\u0001w{Tensor([2], [1])}u.";

        Assert.Contains("[w]: is there twice", Refusal(Zip(twice)));
        Assert.Contains("has two entries \"net/data/0\"", Refusal(Zip(Dictionary(Tensor([4], [1])), more: ("net/data/0", Bytes4))));
        Assert.Contains("2 entries data.pkl", Refusal(Zip(Dictionary(Tensor([4], [1])), more: ("../other/data.pkl", "x"))));
        Assert.Contains("the state dict has a number at \"e\"", Refusal(Zip($"\x80\x02}}(U\u0001w{Tensor([4], [1])}U\u0001eK\u0001u.")));
    }

    [Fact]
    public void What_would_fill_memory_is_refused()
    {
        Assert.Contains("data.pkl]: is compressed", Refusal(Zip("\x80\x02" + new string('}', 100_000), CompressionLevel.Optimal)));
        Assert.Contains("after 1048576 others", Refusal(Zip("\x80\x02" + new string('}', (1 << 20) + 5))));

        // One list of a thousand pairs, made into a dictionary again and again.
        string many = "\x80\x02](" + string.Concat(Enumerable.Repeat("](K\u0001K\u0002e", 1000)) + "eq\x05" + string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\x05\x85R", 1100));
        Assert.Contains("of OrderedDict with more than 1048576 items", Refusal(Zip(many)));
    }

    static string Refusal(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InvalidDataException>(() => Read(file)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
        Assert.StartsWith("net.pt", message);
        return message;
    }

    static SafeTensors Read(byte[] file) => StateDictFile.Read(new MemoryStream(file), "net.pt")!;

    static string Dictionary(string tensor) => $"\x80\x02}}U\u0001w{tensor}s.";

    static string Tensor(long[] shape, long[] strides, long offset = 0, long elements = 4, string key = "0", string type = "Float") =>
        $"ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n{type}Storage\n{Text(key)}{Text("cpu")}{Integer(elements)}tQ{Integer(offset)}({string.Concat(shape.Select(Integer))}t({string.Concat(strides.Select(Integer))}t\x89}}tR";

    static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    static string Integer(long value) => $"\x8a\b{Encoding.Latin1.GetString(BitConverter.GetBytes(value))}";

    static byte[] Zip(string pickle, CompressionLevel level = CompressionLevel.NoCompression, (string Name, string Content)? more = null)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in new[] { ("net/data.pkl", pickle), ("net/data/0", Bytes4) }.Concat(more is { } m ? [m] : []))
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(Encoding.Latin1.GetBytes(content));
            }
        return file.ToArray();
    }

    static byte[] Zip(string pickle, (string Name, string Content) more) => Zip(pickle, CompressionLevel.NoCompression, more);
}
