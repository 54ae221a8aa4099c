using System.Buffers.Binary;

namespace Gleaner;

/// <summary>
/// The file that <c>torch.save</c> wrote before PyTorch 1.6, and that many published weights still are: five pickles (a magic number, a version, the machine's number sizes, the object,
/// the keys of its storages), then every storage as its number of elements (int64) and the elements.
/// </summary>
/// <remarks>torch/serialization.py, _legacy_save. Storages are little-endian whatever machine wrote them.</remarks>
sealed class TorchLegacy
{
    const long Version = 1001;

    /// <summary><c>pickle.dumps(0x1950a86a20f9469cfc6c, protocol=2)</c>.</summary>
    static ReadOnlySpan<byte> Magic => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    readonly Stream _stream;
    readonly string _path;
    readonly Dictionary<string, long> _starts = new(StringComparer.Ordinal);

    public TorchLegacy(Stream stream, string path)
    {
        (_stream, _path) = (stream, path);
        var storages = new Dictionary<string, PickledStorage>(StringComparer.Ordinal);
        Span<byte> magic = stackalloc byte[Magic.Length];
        if (stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual(Magic))
        {
            stream.Position = 0;
            StateDictPickle.Read(stream, path, storages);   // what it holds is worth naming
            throw new InvalidDataException($"{path}: a pickle that torch.save did not write; expected a state dict, as torch.save(model.state_dict(), path) writes it.");
        }
        if (Pickle() is not Version) throw new InvalidDataException($"{path}: not version {Version} of PyTorch's old format, the only one there is. The file is damaged.");
        Pickle();   // sizes and byte order of the machine: nothing here depends on them
        Root = Pickle();
        var keys = Pickle() as List<object?> ?? throw new InvalidDataException($"{path}: the list of storages is none. The file is damaged.");

        foreach (object? item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage) || !_starts.TryAdd(key, stream.Position + sizeof(long)))
                throw new InvalidDataException($"{path}: lists storages that no tensor has, or twice. The file is damaged.");
            Skip(storage);
        }
        if (stream.Position != stream.Length)
            throw new InvalidDataException($"{path}: {stream.Length} bytes; expected {stream.Position}, the end of the last storage. The file is damaged.");

        object? Pickle() => StateDictPickle.Read(stream, path, storages);
    }

    public object? Root { get; }

    /// <summary>The numbers of a storage, little-endian.</summary>
    public byte[] Read(PickledStorage storage)
    {
        if (!_starts.TryGetValue(storage.Key, out long start)) throw new InvalidDataException($"{_path}: has no storage \"{storage.Key}\". The file is damaged.");
        if (storage.Bytes > Array.MaxLength) throw new InvalidDataException($"{_path}: storage \"{storage.Key}\" has {storage.Bytes} bytes; expected at most {Array.MaxLength} in one array.");
        var bytes = new byte[storage.Bytes!.Value];
        _stream.Position = start;
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"{_path}: ends inside storage \"{storage.Key}\". The file became shorter while it was read; copy it again.");
        return bytes;
    }

    void Skip(PickledStorage storage)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        long elements = _stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length ? BinaryPrimitives.ReadInt64LittleEndian(length) : -1;
        if (elements != storage.Elements)
            throw new InvalidDataException($"{_path}: storage \"{storage.Key}\" has {elements} numbers; expected {storage.Elements}. The file is damaged or cut off.");
        if (storage.Bytes is not { } bytes || bytes > _stream.Length - _stream.Position)
            throw new InvalidDataException($"{_path}: ends inside storage \"{storage.Key}\" of {elements} numbers {storage.Dtype}. The file is cut off; copy it again.");
        _stream.Position += bytes;
    }
}
