using System.IO.Compression;

namespace Gleaner;

/// <summary>The zip file that <c>torch.save</c> writes since PyTorch 1.6: <c>NAME/data.pkl</c> and a storage an entry, <c>NAME/data/KEY</c>. Nothing is extracted to disk, so the names in it can do no harm.</summary>
sealed class TorchZip : IDisposable
{
    /// <summary>The pickle of a network of 25,000 tensors has a tenth of it.</summary>
    const long LongestPickle = 64 << 20;

    const string Expected = "Expected what torch.save writes.";

    readonly string _path, _folder;
    readonly ZipArchive _zip;
    readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    readonly bool _bigEndian;
    long _left;   // entries may overlap; together they read no more than the file has

    public TorchZip(Stream stream, string path)
    {
        (_path, _left) = (path, stream.Length);
        _zip = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        foreach (var entry in Guarded(() => _zip.Entries))
            if (!_entries.TryAdd(entry.FullName, entry)) throw new InvalidDataException($"{path}: has two entries \"{entry.FullName}\"; expected every name once. {Expected}");
        var pickles = _entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles is not [var pickle]) throw new InvalidDataException($"{path}: a zip file with {pickles.Length} entries data.pkl; expected one, in a folder. {Expected}");
        _folder = pickle[..^"data.pkl".Length];

        _bigEndian = _entries.ContainsKey(_folder + "byteorder") && ByteOrder(Bytes("byteorder", longest: 16));
        Root = StateDictPickle.Read(new MemoryStream(Bytes("data.pkl", LongestPickle)), $"{path}[data.pkl]", []);
    }

    public object? Root { get; }

    /// <summary>The numbers of a storage, little-endian.</summary>
    public byte[] Read(PickledStorage storage)
    {
        string name = $"data/{storage.Key}";
        if (!_entries.TryGetValue(_folder + name, out var entry) || entry.Length != storage.Bytes)
            throw new InvalidDataException($"{_path}[{name}]: has {entry?.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} bytes; expected {storage.Elements} numbers {storage.Dtype}. The file is damaged.");
        byte[] bytes = Bytes(name, Array.MaxLength);
        if (_bigEndian)
            for (int at = 0; at < bytes.Length; at += storage.ElementBytes) Array.Reverse(bytes, at, storage.ElementBytes);
        return bytes;
    }

    public void Dispose() => _zip.Dispose();

    bool ByteOrder(byte[] text) => text.AsSpan() switch
    {
        var t when t.SequenceEqual("little"u8) => false,
        var t when t.SequenceEqual("big"u8) => true,
        _ => throw new InvalidDataException($"{_path}[byteorder]: is neither little nor big. {Expected}"),
    };

    byte[] Bytes(string name, long longest)
    {
        var entry = _entries[_folder + name];
        string where = $"{_path}[{name}]";
        if (entry.CompressedLength != entry.Length)
            throw new InvalidDataException($"{where}: is compressed, {entry.Length} bytes in {entry.CompressedLength}; expected an entry that is stored, as torch.save writes it. Unpack the file and save it again with torch.save.");
        if (entry.Length > longest || entry.Length > _left)
            throw new InvalidDataException($"{where}: claims {entry.Length} bytes; expected at most {Math.Min(longest, _left)}. It is damaged or made to exhaust memory.");
        _left -= entry.Length;
        return Guarded(() =>
        {
            var bytes = new byte[entry.Length];
            using var content = new ChecksumStream(entry.Open(), entry.Crc32, where);
            content.ReadExactly(bytes);
            content.Verify();
            return bytes;
        });
    }

    // The zip classes answer damage in several ways, and their messages do not name the file.
    T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException || e is InvalidDataException && !e.Message.StartsWith(_path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{_path}: is damaged or no zip file: {e.Message} {Expected}", e);
        }
    }
}
