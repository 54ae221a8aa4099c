using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gleaner;

/// <summary>
/// A WebDataset shard. Samples of WebDataset shards keep all their files; other images are written with their label (<c>.cls</c>), if they have one, and their
/// key (<c>.json</c>). Times and owners are left out, so that equal samples give equal bytes.
/// </summary>
sealed class TarShardWriter(Stream stream, ImagePool pool) : ShardWriter
{
    readonly TarWriter _tar = new(stream, TarEntryFormat.Gnu, leaveOpen: true);

    public override long Bytes => stream.Position;

    public override int Add(int index, string name)
    {
        if (pool is TarPool shards)
        {
            foreach (var (extension, content) in shards.MembersOf(index)) Write(extension.Length == 0 ? name : $"{name}.{extension}", content);
            return shards.Encoded(index).Bytes.Length;
        }
        var image = pool.Encoded(index);
        int label = pool.Labels?[index] ?? -1;
        Write($"{name}.{image.Extension}", image.Bytes);
        if (label >= 0) Write($"{name}.cls", Encoding.ASCII.GetBytes(label.ToString(CultureInfo.InvariantCulture)));
        Write($"{name}.json", Description(pool.Key(index), label >= 0 && label < pool.LabelNames?.Count ? pool.LabelNames[label] : null));
        return image.Bytes.Length;
    }

    public override void Dispose() => _tar.Dispose();

    void Write(string name, ReadOnlyMemory<byte> content)
    {
        using var data = new MemoryStream(content.ToArray(), writable: false);
        _tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = data,
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
    }

    static byte[] Description(string key, string? labelName)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            if (labelName is not null) writer.WriteString("label_name", labelName);
            writer.WriteEndObject();
        }
        return json.ToArray();
    }
}
