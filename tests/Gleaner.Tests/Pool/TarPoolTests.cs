using System.Formats.Tar;
using System.Text;
using Xunit;

namespace Gleaner.Tests;

public sealed class TarPoolTests : ImagePoolContract
{
    static readonly byte[] Picture = MadeImages.Png(5, 4);

    protected override void WritePool()
    {
        Folder.Write("000000.tar", MadePools.Shard(0, 4));
        Folder.Write("000001.tar", MadePools.Shard(4, 3));
    }

    protected override ImagePool OpenFolder() => TarPool.Open(Folder.Path);

    [Fact]
    public void Samples_are_files_of_one_name_up_to_the_first_point()
    {
        string path = Folder.Write("a.tar", MadePools.Tar(TarEntryFormat.Gnu, ("x.y/1.seg.png", Picture), ("x.y/1.JPG", Picture), ("x.y/1.cls", "7"u8.ToArray()), ("x.y/2.txt", [1]),
            ("._3.jpg", Picture), ("3.input.png", Picture), ("3.json", "{}"u8.ToArray())));

        using var pool = TarPool.Open(path);

        Assert.Equal(["a.tar#x.y/1", "a.tar#3"], Keys(pool));
        Assert.Equal([7, -1], pool.Labels!);
        Assert.Equal(1, pool.SkippedCount);
        Assert.Equal(["seg.png", "JPG", "cls"], pool.MembersOf(0).Select(member => member.Extension));
        Assert.Equal(Picture, pool.Encoded(1).Bytes.ToArray());
        Assert.Equal("png", pool.Encoded(0).Extension);   // what it is, not what it is called
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Every_format_is_read_as_the_framework_reads_it(TarEntryFormat format)
    {
        string deep = format == TarEntryFormat.V7 ? "d" : string.Join('/', Enumerable.Repeat("folder", 20)), longest = format is TarEntryFormat.V7 or TarEntryFormat.Ustar ? "n" : new string('n', 300);
        byte[] tar = MadePools.Tar(format, ($"{deep}/a.png", Picture), ($"{longest}.png", [1, 2, 3]), (format == TarEntryFormat.V7 ? "e.png" : "é.png", new byte[512]), ("empty.png", []));

        string path = Folder.Write("a.tar", tar);
        var file = DataFile.Open(path)[0];
        var found = new TarHeaders(file).Members().ToList();

        using var reader = new TarReader(new MemoryStream(tar));
        foreach (var member in found)
        {
            var entry = reader.GetNextEntry(copyData: true)!;
            Assert.Equal((entry.Name, entry.Length), (member.Name, member.Length));
            var content = new byte[member.Length];
            file.Read(member.Offset, content);
            using var expected = new MemoryStream();
            entry.DataStream?.CopyTo(expected);
            Assert.Equal(expected.ToArray(), content);
        }
        Assert.Null(reader.GetNextEntry());
        file.Dispose();
    }

    [Fact]
    public void What_GNU_tar_and_Python_write_is_read()
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "python3 is not installed");
        Folder.Write("p/a.png", Picture);
        string folder = new('b', 80), name = new('n', 60);
        Folder.Write($"p/{folder}/{name}.png", Picture);
        Folder.Write("p/c.cls", "3");
        Folder.Write("p/c.png", Picture);
        foreach (string format in new[] { "USTAR", "GNU", "PAX" })
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(python, ["-c", $"import tarfile,sys; t=tarfile.open('{format}.tar','w',format=tarfile.{format}_FORMAT); t.add('p'); t.close()"]) { WorkingDirectory = Folder.Path })!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);

            using var pool = TarPool.Open(Path.Combine(Folder.Path, format + ".tar"));

            Assert.Equal([$"{format}.tar#p/a", $"{format}.tar#p/{folder}/{name}", $"{format}.tar#p/c"], Keys(pool).Order(StringComparer.Ordinal));
            Assert.Equal(3, pool.Labels!.Max());
        }
    }

    [Fact]
    public void Brace_ranges_name_shards_in_their_order()
    {
        WritePool();

        using var pool = TarPool.Open(Path.Combine(Folder.Path, "{000001..000000}.tar"));

        Assert.Equal(["000001.tar#000004", "000001.tar#000005", "000001.tar#000006", "000000.tar#000000"], Keys(pool)[..4]);
        string missing = Assert.Throws<InvalidDataException>(() => TarPool.Open(Path.Combine(Folder.Path, "{000000..000002}.tar"))).Message;
        Assert.EndsWith("000002.tar is not there; expected every file that the braces name.", missing);
    }

    [Fact]
    public void What_is_wrong_is_said_with_shard_and_byte()
    {
        byte[] good = MadePools.Shard(0, 2);
        Says("cut.tar", good[..2565], "cut.tar, byte 2048: '000000.txt' claims 9 bytes; the archive ends 5 bytes on.");
        Says("header.tar", good[..3200], "byte 3072: 128 bytes are left; expected a header of 512.");
        byte[] lying = [.. good];
        "77777777777"u8.CopyTo(lying.AsSpan(124));
        Says("lying.tar", Summed(lying), "byte 0: '000000.cls' claims 8589934591 bytes; the archive ends");
        byte[] binary = [.. good];
        new byte[] { 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }.CopyTo(binary, 124);
        Says("binary.tar", Summed(binary), "claims 9223372036854775807 bytes; the archive ends");
        Says("sum.tar", [(byte)'x', .. good[1..]], "byte 0: no header of a tar archive: it is damaged, or something else.");
        byte[] sparse = [.. good];
        sparse[156] = (byte)'S';
        Says("sparse.tar", Summed(sparse), "is sparse; expected plain files. Pack the archive again without --sparse.");
        Says("packed.tar", [0x1f, 0x8b, .. new byte[600]], "it is compressed, and images could not be found in it by offset. Unpack it first");
        Says("twice.tar", MadePools.Tar(TarEntryFormat.Gnu, ("a.png", Picture), ("b.png", Picture), ("a.cls", "1"u8.ToArray())), "the sample 'a' comes a second time");
        Says("same.tar", MadePools.Tar(TarEntryFormat.Gnu, ("a.png", Picture), ("a.png", Picture)), "'a.png' comes a second time");
        Says("zero.tar", MadePools.Tar(TarEntryFormat.Pax, ("a\u0001b\u0001\u0001.png", Picture)).Replace("\u0001"u8, "\0"u8), "a name with a zero in it", summed: true);
        Says("none.tar", MadePools.Tar(TarEntryFormat.Gnu, ("a.txt", [1])), "no image (.jpg .jpeg .png .webp .gif .bmp) among 1 samples.");
        Says("end.tar", new byte[1024], "no image");
        string packed = Folder.Write("a.tar.gz", [1]);
        Assert.Contains("is a compressed archive", Assert.Throws<InvalidDataException>(() => ImagePools.Open(packed)).Message);

        void Says(string name, byte[] tar, string reason, bool summed = false)
        {
            string path = Folder.Write(name, summed ? Summed(tar) : tar);
            string message = Assert.Throws<InvalidDataException>(() => TarPool.Open(path)).Message;
            Assert.StartsWith(path, message);
            Assert.Contains(reason, message);
        }
    }

    [Fact]
    public void Labels_are_whole_numbers_or_names()
    {
        string path = Folder.Write("label.tar", MadePools.Tar(TarEntryFormat.Gnu, ("a.png", Picture), ("a.cls", "dog\n"u8.ToArray()), ("b.png", Picture), ("c.png", Picture), ("c.cls", " cat"u8.ToArray()), ("d.png", Picture), ("d.cls", "7"u8.ToArray())));
        using var pool = TarPool.Open(path);

        Assert.Equal([2, -1, 1, 0], pool.Labels!);
        Assert.Equal(["7", "cat", "dog"], pool.LabelNames!);
    }

    [Fact]
    public void Names_are_keys_and_never_paths()
    {
        string path = Folder.Write("a.tar", MadePools.Tar(TarEntryFormat.Gnu, ("../../up.png", Picture), ("/absolute.png", Picture), ("a/../b.png", Picture)));

        using var pool = TarPool.Open(path);

        Assert.Equal(["a.tar#../../up", "a.tar#/absolute", "a.tar#a/../b"], Keys(pool));
        Assert.NotEmpty(Pixels(pool, 0, 4));
        Assert.Null(pool.FileOf(0));
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_read_and_nothing_else()
    {
        byte[] shard = MadePools.Tar(TarEntryFormat.Gnu, ("a.png", Picture), (new string('b', 150) + ".png", Picture));

        Damage.Check(shard, bytes =>
        {
            if (bytes.Length == 0) return;
            using var pool = TarPool.Open(Folder.Write("damaged.tar", bytes));
            _ = pool.Labels;
            for (int i = 0; i < pool.Count; i++) _ = pool.MembersOf(i).ToList();
        }, every: 3);
    }

    static string[] Keys(ImagePool pool) => [.. Enumerable.Range(0, pool.Count).Select(pool.Key)];

    // Puts right sums into the headers of an archive whose first ones were changed.
    static byte[] Summed(byte[] tar)
    {
        for (int at = 0; at + 512 <= tar.Length; at += 512)
        {
            if (!tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8)) continue;
            tar.AsSpan(at + 148, 8).Fill((byte)' ');
            int sum = tar.AsSpan(at, 512).ToArray().Sum(b => b);
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, at + 148);
        }
        return tar;
    }
}

static class BytesExtensions
{
    public static byte[] Replace(this byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> by)
    {
        for (int at; (at = bytes.AsSpan().IndexOf(old)) >= 0;) by.CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
