namespace Gleaner;

/// <summary>
/// WebDataset shards: tar archives in which files of one name up to the first point of its last part are a sample. The image is the member with an image's
/// extension, the label what stands in <c>.cls</c>: whole numbers from 0, or names, which are numbered in ordinal order. Headers are read once; images are read where they lie.
/// </summary>
/// <remarks>https://github.com/webdataset/webdataset, "The WebDataset Format". The key of an image is its shard's name, '#' and the sample's key.</remarks>
public sealed class TarPool : EncodedPool
{
    static readonly string[] Preferred = ["jpg", "jpeg", "png", "webp", "gif", "bmp"];

    const int LongestLabel = 256;

    readonly DataFile[] _shards;
    readonly string[] _names;
    readonly Sample[] _samples;
    readonly Lazy<(int[]? Labels, IReadOnlyList<string>? Names)> _labels;

    TarPool((string Name, string Path)[] shards, DataFile[] files)
    {
        _shards = files;
        _names = [.. shards.Select(shard => shard.Name)];
        var samples = new List<Sample>();
        for (int s = 0; s < files.Length; s++) Index(s, samples);
        _samples = [.. samples];
        if (_samples.Length == 0)
            throw new InvalidDataException($"{shards[0].Path}{(shards.Length > 1 ? $" and {shards.Length - 1} more" : "")}: no image (.{string.Join(" .", Preferred)}) among {SkippedCount} samples. Expected WebDataset shards: name.jpg, name.cls, ... in a row.");
        _labels = new(ReadLabels);
        var fingerprint = new PoolFingerprint();
        for (int s = 0; s < files.Length; s++) files[s].AddTo(fingerprint, _names[s]);
        Fingerprint = fingerprint.ToString();
    }

    /// <summary>Opens one archive, a folder of them, or a pattern such as <c>shards/{000000..000012}.tar</c>.</summary>
    /// <exception cref="InvalidDataException">An archive is damaged or compressed, holds a sample twice, or none holds an image.</exception>
    public static TarPool Open(string path)
    {
        var shards = ShardFiles.Find(path, ".tar");
        return DataFile.Open([.. shards.Select(shard => shard.Path)], files => new TarPool(shards, files));
    }

    /// <inheritdoc/>
    public override string Kind => "WebDataset (tar)";

    /// <inheritdoc/>
    public override int Count => _samples.Length;

    /// <summary>How many samples were left out because they have no image.</summary>
    public int SkippedCount { get; private set; }

    /// <inheritdoc/>
    public override int[]? Labels => _labels.Value.Labels;

    /// <summary>The label that each number stands for, in ordinal order; null if every <c>.cls</c> is a whole number, or there is none.</summary>
    public override IReadOnlyList<string>? LabelNames => _labels.Value.Names;

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override string Key(int index)
    {
        CheckIndex(index);
        return $"{_names[_samples[index].Shard]}#{_samples[index].Key}";
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var shard in _shards) shard.Dispose();
        base.Dispose();
    }

    /// <summary>Every file of the sample: what follows the key and the point, and the content.</summary>
    internal IEnumerable<(string Extension, ReadOnlyMemory<byte> Content)> MembersOf(int index)
    {
        CheckIndex(index);
        var sample = _samples[index];
        foreach (var member in new TarHeaders(_shards[sample.Shard]).Members(sample.Start, sample.End))
            yield return (Split(member.Name).Extension, Content(sample.Shard, member.Offset, member.Length));
    }

    private protected override ReadOnlyMemory<byte> Bytes(int index)
    {
        var sample = _samples[index];
        return sample.ImageLength > 0 ? Content(sample.Shard, sample.Image, sample.ImageLength) : throw new InvalidDataException("is 0 bytes");
    }

    ReadOnlyMemory<byte> Content(int shard, long offset, long length)
    {
        if (length > Array.MaxLength) throw new InvalidDataException($"is {length} bytes; at most {Array.MaxLength} are read");
        var bytes = new byte[length];
        _shards[shard].Read(offset, bytes);
        return bytes;
    }

    void Index(int s, List<Sample> samples)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<(string Extension, TarMember Member)>();
        string? key = null;
        foreach (var member in new TarHeaders(_shards[s]).Members())
        {
            var (next, extension) = Split(member.Name);
            if (next is null) continue;   // hidden files, as macOS packs them
            if (next != key)
            {
                Finish();
                key = next;
                if (!seen.Add(key)) throw new InvalidDataException($"{_shards[s].Path}, byte {member.Header}: the sample '{key}' comes a second time; expected the files of a sample in a row, and each sample once.");
            }
            if (members.Any(m => m.Extension == extension)) throw new InvalidDataException($"{_shards[s].Path}, byte {member.Header}: '{member.Name}' comes a second time; expected each file once.");
            members.Add((extension, member));
        }
        Finish();

        void Finish()
        {
            if (members.Count == 0) return;
            if (Image(members) is { } image)
            {
                var label = members.Find(m => m.Extension == "cls").Member;
                samples.Add(new Sample(s, key!, members[0].Member.Header, members[^1].Member.Offset + members[^1].Member.Length, image.Offset, image.Length, label.Offset, (int)Math.Min(label.Length, int.MaxValue)));
            }
            else SkippedCount++;
            members.Clear();
        }
    }

    /// <summary>The member that is the image: by extension, in the order of <see cref="Preferred"/>; a mask or the like has an extension of two parts.</summary>
    static TarMember? Image(List<(string Extension, TarMember Member)> members)
    {
        foreach (string extension in Preferred)
            foreach (var (found, member) in members)
                if (found.Equals(extension, StringComparison.OrdinalIgnoreCase)) return member;
        foreach (var (found, member) in members)
            if (Preferred.Contains(found[(found.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase)) return member;
        return null;
    }

    static (string? Key, string Extension) Split(string name)
    {
        int file = name.LastIndexOf('/') + 1, point = name.IndexOf('.', file);
        return point == file || file == name.Length ? (null, "") : point < 0 ? (name, "") : (name[..point], name[(point + 1)..]);
    }

    (int[]? Labels, IReadOnlyList<string>? Names) ReadLabels() => Array.TrueForAll(_samples, sample => sample.Label == 0) ? (null, null) : NamedLabels.Number(Array.ConvertAll(_samples, Label));

    string? Label(Sample sample)
    {
        if (sample.Label == 0) return null;
        Span<byte> text = stackalloc byte[Math.Min(sample.LabelLength, LongestLabel)];
        _shards[sample.Shard].Read(sample.Label, text);
        return System.Text.Encoding.UTF8.GetString(text.Trim(" \t\r\n\0"u8));
    }

    /// <summary>Where a sample lies: all of it, its image, and its label (0 where it has none).</summary>
    readonly record struct Sample(int Shard, string Key, long Start, long End, long Image, long ImageLength, long Label, int LabelLength);
}
