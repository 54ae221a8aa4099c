using System.IO.Compression;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

/// Reading lists of integers out of pickles that Python wrote (make_embedding.py), without running them.
public sealed class PickleReaderTests
{
    static readonly long[] Signed =
    [
        -1, -128, -129, -32768, 65535, 65536, int.MaxValue, int.MinValue, 1L << 31, -(1L << 31) - 1, 1L << 40, -(1L << 40), long.MaxValue, long.MinValue, 0,
    ];

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Every_protocol_of_Python_is_read(int protocol)
    {
        foreach (int size in new[] { 0, 1, 2, 3, 255, 256, 1001, 70_000 })
            Assert.Equal(Enumerable.Range(0, size).Select(i => i % 300 * 257L), Read(Fixture($"read/{size}.{protocol}.pkl")));
        Assert.Equal(Signed, Read(Fixture($"read/signed.{protocol}.pkl")));
        long[] tuple = [7, -8, 900, 70_000];
        Assert.Equal([], Read(Fixture($"read/tuple0.{protocol}.pkl")));
        Assert.Equal([7], Read(Fixture($"read/tuple1.{protocol}.pkl")));
        for (int size = 2; size <= 4; size++) Assert.Equal(tuple[..size], Read(Fixture($"read/tuple{size}.{protocol}.pkl")));
    }

    [Fact]
    public void Whatever_else_Python_pickles_is_refused_by_its_opcode()
    {
        using var archive = ZipFile.OpenRead(EmbeddingFixture.At("pickles.zip"));
        var refused = archive.Entries.Where(entry => entry.FullName.StartsWith("refused/", StringComparison.Ordinal)).Select(entry => entry.FullName).ToArray();

        Assert.Equal(18 * 6, refused.Length);
        Assert.All(refused, name => Assert.Contains("byte ", Assert.Throws<InvalidDataException>(() => Read(Fixture(name))).Message));
    }

    [Theory]
    [InlineData("calls.0", "byte 0 is the opcode GLOBAL, which runs code of the file's choice; nothing was run.")]
    [InlineData("calls.2", "byte 2 is the opcode GLOBAL")]
    [InlineData("calls.4", "opcode SHORT_BINUNICODE")]
    [InlineData("calls-within.2", "opcode GLOBAL")]
    [InlineData("numpy-scalars.2", "opcode GLOBAL")]
    [InlineData("booleans.0", "opcode INT 01, a boolean")]
    [InlineData("booleans.4", "opcode NEWTRUE; expected one list of plain integers")]
    [InlineData("too-large.2", "opcode LONG1 of 9 bytes; expected at most 8, an integer of 64 bits")]
    [InlineData("too-large.0", "opcode LONG \"9223372036854775808L\"; expected an integer of 64 bits")]
    [InlineData("huge.4", "opcode LONG4 of 1501 bytes")]
    [InlineData("huge.0", "opcode LONG with more than 40 characters")]
    [InlineData("nested.2", "opcode EMPTY_LIST within a list")]
    [InlineData("one-number.2", "opcode STOP before the list is complete")]
    public void A_refusal_says_what_and_where(string name, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Read(Fixture($"refused/{name}.pkl"))).Message);

    // Written by hand: what no pickler writes, but somebody may.
    [Theory]
    [InlineData("cos\nsystem\n(S'true'\ntR.", "byte 0 is the opcode GLOBAL")]
    [InlineData("(S'true'\nios\nsystem\n.", "opcode STRING")]
    [InlineData("(ios\nsystem\n.", "opcode INST, which runs")]
    [InlineData("(lp0\nI1\na\x93.", "opcode STACK_GLOBAL, which runs")]
    [InlineData("]R.", "opcode REDUCE, which runs")]
    [InlineData("]b.", "opcode BUILD, which runs")]
    [InlineData("(o.", "opcode OBJ, which runs")]
    [InlineData("]\x81.", "opcode NEWOBJ, which runs")]
    [InlineData("]\x92.", "opcode NEWOBJ_EX, which runs")]
    [InlineData("\x82\x01.", "opcode EXT1, which runs")]
    [InlineData("P0\n.", "opcode PERSID, which runs")]
    [InlineData("]Q.", "opcode BINPERSID, which runs")]
    [InlineData("\x97.", "opcode NEXT_BUFFER, which runs")]
    [InlineData("]\xff.", "byte 1 is 0xFF, which means nothing to pickle")]
    [InlineData("hello", "byte 0 is the opcode BINGET of number 101, which was not noted")]
    [InlineData("", "ends after 0 bytes without STOP")]
    [InlineData("].]", "goes on behind STOP at byte 1")]
    [InlineData("]\x80\x04.", "byte 1 is the opcode PROTO but not at the beginning")]
    [InlineData("\x80\x06].", "PROTO for protocol 6; expected 0 to 5")]
    [InlineData("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xff].", "FRAME of 18446744073709551615 bytes")]
    [InlineData("\x80\x04\x95\xff\xff\xff\x00\x00\x00\x00\x00].", "STOP within a frame that claims to go on to byte 16777226")]
    [InlineData("((((.", "byte 1 is the opcode MARK within a list")]
    [InlineData("](](e.", "opcode EMPTY_LIST within a list")]
    [InlineData("]qqhqe.", "BINGET of the list itself")]
    [InlineData("]e.", "byte 1 is the opcode APPENDS where no list waits")]
    [InlineData("]K\x01K\u0002a.", "BININT1 where no list waits")]
    [InlineData("K\x01]a.", "EMPTY_LIST around something else")]
    [InlineData("K\x01K\x02\x85.", "TUPLE1 around something else")]
    [InlineData("](K\x01K\x02.", "STOP before the list is complete")]
    [InlineData("](\x8b\xff\xff\xff\x7f", "LONG4 of 2147483647 bytes")]
    [InlineData("](\x8b\xff\xff\xff\xff", "LONG4 of -1 bytes")]
    [InlineData("(I0x10\nl.", "INT \"0x10\"; expected an integer")]
    [InlineData("(L7L7L\nl.", "LONG \"7L7L\"")]
    [InlineData("(qx", "BINPUT where there is nothing to note")]
    [InlineData("]p-1\n.", "PUT \"-1\"; expected a number of the memo")]
    [InlineData("]0.", "opcode POP; expected one list of plain integers")]
    public void What_no_pickler_writes_is_refused(string latin1, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Read(Encoding.Latin1.GetBytes(latin1))).Message);

    [Theory]
    [InlineData("(K\x05q\x01h\x01h\x01l.", new long[] { 5, 5, 5 })]       // integers out of the memo
    [InlineData("(I1\nI-2\nlp0\nL3L\na.", new long[] { 1, -2, 3 })]       // a list that begins with items
    [InlineData("](\x8a\x00\x8a\x02\x00\x80\x8b\x01\x00\x00\x00\u00fee.", new long[] { 0, -32768, -2 })]
    public void What_is_a_list_all_the_same_is_read(string latin1, long[] values) => Assert.Equal(values, Read(Encoding.Latin1.GetBytes(latin1)));

    [Theory, InlineData("read/signed.0.pkl"), InlineData("read/signed.2.pkl"), InlineData("read/signed.4.pkl"), InlineData("read/256.4.pkl"), InlineData("read/tuple3.5.pkl")]
    public void Damage_is_refused_or_read_and_nothing_else(string name)
    {
        byte[] valid = Fixture(name);

        Damage.Check(valid, bytes => Read(bytes));
        for (int length = 0; length < valid.Length; length++) Assert.Throws<InvalidDataException>(() => Read(valid[..length]));
        for (int at = 0; at < valid.Length; at++)
            for (int value = 0; value < 256; value += valid.Length > 300 ? 17 : 1)
            {
                var bytes = (byte[])valid.Clone();
                bytes[at] = (byte)value;
                if (Record.Exception(() => Read(bytes)) is { } error) Assert.IsType<InvalidDataException>(error);
            }
    }

    [Fact]
    public void What_is_written_is_read()
    {
        int[] values = [.. Enumerable.Range(0, 30_000).Select(i => i * 7919 % 60_013 - 5)];
        using var stream = new MemoryStream();
        PickleFile.WriteIntList(stream, values);

        Assert.Equal(values.Select(v => (long)v), Read(stream.ToArray()));
    }

    [Theory, InlineData("0.05", 2500), InlineData("0.10", 5000), InlineData("0.15", 7500), InlineData("0.20", 10_000)]
    public void The_lists_that_the_authors_of_SAS_published_are_read(string share, int size)
    {
        string pickle = TestData.SharedOrSkip("published_subsets", $"cifar10-{share}-sas-subset-indices.pkl");

        int[] read = IntegersFile.ReadIndices(pickle);

        Assert.Equal(size, read.Distinct().Count());
        Assert.Equal(IntegersFile.Read(Path.ChangeExtension(pickle, ".npy")), read);
    }

    static long[] Read(byte[] bytes) => PickleFile.ReadIntList(new MemoryStream(bytes), "list.pkl");

    static byte[] Fixture(string name)
    {
        using var archive = ZipFile.OpenRead(EmbeddingFixture.At("pickles.zip"));
        using var entry = archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }
}
