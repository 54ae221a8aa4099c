using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using SharpCompress.Compressors.Xz;

namespace Gleaner;

/// <summary>A file with the records of many images. A plain file is read by offset, however large; a packed one (.gz, .xz) is unpacked into memory.</summary>
sealed class DataFile : IDisposable
{
    static readonly string[] Packings = ["", ".gz", ".xz"];

    readonly SafeFileHandle? _handle;
    readonly Lazy<ReadOnlyMemory<byte>> _unpacked;

    DataFile(string path)
    {
        Path = path;
        _unpacked = new Lazy<ReadOnlyMemory<byte>>(() => Unpack(path));
        Name = Unpacked(System.IO.Path.GetFileName(path));
        if (new FileInfo(path).Length == 0)   // pipes and devices too, which would block
            throw new InvalidDataException($"{path}: 0 bytes.");
        if (Name == System.IO.Path.GetFileName(path))
        {
            _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            Length = RandomAccess.GetLength(_handle);
        }
        else if (path.EndsWith(".xz", StringComparison.Ordinal) && XzIndex.UnpackedLength(path) is { } length)
        {
            Length = length; // unpacking takes seconds, and a run that finds its stages done needs no pixel
        }
        else
        {
            Length = _unpacked.Value.Length;
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The file's name without .gz or .xz: the same whether packed or not.</summary>
    public string Name { get; }

    /// <summary>Bytes once unpacked.</summary>
    public long Length { get; }

    /// <summary>True as long as nobody has needed the content of a packed file.</summary>
    public bool WaitsToBeUnpacked => _handle is null && !_unpacked.IsValueCreated;

    /// <summary>The path of a file of this name in <paramref name="folder"/>, plain rather than packed; null if there is none.</summary>
    public static string? Find(string folder, string name) =>
        Packings.Select(packing => System.IO.Path.Combine(folder, name + packing)).FirstOrDefault(File.Exists);

    /// <summary>The name without .gz or .xz.</summary>
    public static string Unpacked(string name) => System.IO.Path.GetExtension(name) is ".gz" or ".xz" ? name[..^3] : name;

    /// <summary>Opens the files, several at a time.</summary>
    /// <exception cref="InvalidDataException">One of them cannot be unpacked.</exception>
    public static DataFile[] Open(params string[] paths)
    {
        var files = new DataFile[paths.Length];
        try
        {
            Parallel.For(0, paths.Length, i => files[i] = new DataFile(paths[i]));
        }
        catch (AggregateException e)
        {
            foreach (var file in files) file?.Dispose();
            throw e.InnerExceptions[0];
        }
        return files;
    }

    /// <summary>Opens the files for a pool; they are closed again if it cannot be made of them.</summary>
    public static T Open<T>(string[] paths, Func<DataFile[], T> makePool)
    {
        var files = Open(paths);
        try
        {
            return makePool(files);
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    /// <summary>Unpacks what is packed, several files at a time, instead of one after the other when they are read.</summary>
    /// <exception cref="InvalidDataException">One of them cannot be unpacked.</exception>
    public static void Unpack(IReadOnlyList<DataFile> files)
    {
        try
        {
            Parallel.ForEach(files.Where(file => file._handle is null), file => _ = file._unpacked.Value);
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions[0];
        }
    }

    /// <summary>Fills <paramref name="target"/> from <paramref name="offset"/> on. Safe to call from several threads.</summary>
    public void Read(long offset, Span<byte> target)
    {
        if (_handle is null)
        {
            _unpacked.Value.Span.Slice((int)offset, target.Length).CopyTo(target);
            return;
        }
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, target, offset);
            if (read == 0) throw new InvalidDataException($"{Path}: {offset} bytes; it was {Length} bytes when it was opened.");
            offset += read;
            target = target[read..];
        }
    }

    /// <summary>Adds this file, as it is on disk, to the pool's fingerprint.</summary>
    public void AddTo(PoolFingerprint fingerprint) => AddTo(fingerprint, System.IO.Path.GetFileName(Path));

    /// <summary>As above, under another name: files of several folders may be called alike.</summary>
    public void AddTo(PoolFingerprint fingerprint, string name) => WholeFile.AddTo(fingerprint, name, new FileInfo(Path));

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();

    static ReadOnlyMemory<byte> Unpack(string path)
    {
        try
        {
            using var packed = File.OpenRead(path);
            using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(packed, CompressionMode.Decompress) : new XZStream(packed);
            using var unpacked = new MemoryStream(capacity: (int)Math.Min(2 * packed.Length, Array.MaxLength));   // growing from nothing takes three times the memory
            stream.CopyTo(unpacked);
            if (packed.Position < packed.Length) throw new InvalidDataException($"{packed.Length - packed.Position} bytes follow the packed data");
            if (path.EndsWith(".xz", StringComparison.Ordinal) && XzIndex.UnpackedLength(path) is { } length && length != unpacked.Length)
                throw new InvalidDataException($"{unpacked.Length} bytes, its index says {length}");
            return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
        }
        // The decompressors throw whatever comes up when data is damaged: index errors, their own types, end of stream.
        catch (Exception e) when (e is not (UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{path}: cannot be unpacked ({e.Message.TrimEnd('.')}). Unpack it yourself, or download it again.", e);
        }
    }
}
