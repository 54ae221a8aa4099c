using System.Formats.Tar;
using System.Text;

namespace Gleaner.Tests;

/// <summary>Small pools made for tests.</summary>
static class MadePools
{
    /// <summary>Files of so many images each, named in turn; image i of a file is i + 3 pixels wide and has the label i % 3.</summary>
    public static void Parquet(TemporaryFolder folder, params object[] filesAndCounts)
    {
        foreach (object[] file in filesAndCounts.Chunk(2))
            folder.Write((string)file[0], Table(["image"], """{"info":{"features":{"image":{"_type":"Image"},"label":{"names":["x","y","z"],"_type":"ClassLabel"}}}}""", (int)file[1], "label"));
    }

    /// <summary>A table with these columns of images, as plain bytes, and one of whole numbers.</summary>
    public static byte[] Table(string[] images, string? features, int rows, string number = "number")
    {
        using var stream = new MemoryStream();
        ParquetColumn[] columns = [.. images.Select((name, i) => new ParquetColumn(i, [name], ParquetType.ByteArray, 0, 0, false, false)), new(images.Length, [number], ParquetType.Int64, 0, 0, false, false)];
        ReadOnlyMemory<byte>[] elements = [.. columns.Select(column =>
        {
            using var element = new MemoryStream();
            new ThriftWriter(element).Begin().I32(1, (int)column.Type).I32(3, 0).Text(4, column.Name).End();
            return (ReadOnlyMemory<byte>)element.ToArray();
        })];
        using (var table = new ParquetTableWriter(stream, columns, elements, columns.Length, features is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["huggingface"] = features }))
            for (int i = 0; i < rows; i++)
                table.Add(columns.Select(column => ((byte)0, (ReadOnlyMemory<byte>?)(column.Type == ParquetType.Int64 ? BitConverter.GetBytes((long)i % 3) : MadeImages.Png(i + 3, 4)))));
        return stream.ToArray();
    }

    /// <summary>A tar archive of these files, written by the framework.</summary>
    public static byte[] Tar(TarEntryFormat format, params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, format, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        return stream.ToArray();
    }

    /// <summary>Samples with an image, a label and a text each.</summary>
    public static byte[] Shard(int first, int count) => Tar(TarEntryFormat.Gnu, [.. Enumerable.Range(first, count).SelectMany(i => new (string, byte[])[]
    {
        ($"{i:000000}.cls", Encoding.ASCII.GetBytes($"{i % 3}\n")), ($"{i:000000}.png", MadeImages.Png(i + 3, 4)), ($"{i:000000}.txt", Encoding.UTF8.GetBytes($"caption {i}")),
    })]);
}
