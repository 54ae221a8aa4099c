using System.IO.Compression;

namespace Gleaner;

/// <summary>numpy's zip of several arrays, <c>.npz</c>. Nothing is extracted to disk, so the names in it can do no harm.</summary>
static class NpzFile
{
    /// <summary>Deflate cannot shrink data further, so an entry that claims more lies about its size.</summary>
    const long LargestRatio = 1032;

    /// <summary>Reads the array of that name, or the only n x d array of floating-point numbers.</summary>
    public static EmbeddingFile.Matrix ReadMatrix(string path, string? name)
    {
        using var stream = File.OpenRead(path);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            var entries = zip.Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray();
            var choices = new ArrayChoice[entries.Length];
            for (int i = 0; i < entries.Length; i++)
            {
                using var content = Open(entries[i], path, stream.Length);
                using var array = NpyFile.Read(content, content.Where, entries[i].Length);
                bool fits = FloatFormat.FromNumpy(array.Header.Dtype) is not null && array.Header.Shape.Length == 2;
                choices[i] = new ArrayChoice(Key(entries[i]), array.Header.ToString(), fits);
            }

            string? key = name?.EndsWith(".npy", StringComparison.Ordinal) == true ? name[..^4] : name;
            var entry = entries[ArrayChoice.Pick(choices, key, path)];
            using var chosen = Open(entry, path, stream.Length);
            var matrix = NpyFile.Read(chosen, chosen.Where, entry.Length).ReadMatrix();
            chosen.Verify();
            return matrix;
        }
        // The zip classes answer damage in several ways, and their messages do not name the file.
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException || e is InvalidDataException && !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: is damaged or no zip file: {e.Message} Expected what numpy.savez writes.", e);
        }
    }

    static string Key(ZipArchiveEntry entry) => entry.FullName[..^4];

    static ChecksumStream Open(ZipArchiveEntry entry, string path, long fileLength)
    {
        string where = $"{path}[{Key(entry)}]";
        if (entry.CompressedLength > fileLength || entry.Length > entry.CompressedLength * LargestRatio)
            throw new InvalidDataException($"{where}: claims {entry.Length} bytes from {entry.CompressedLength}; expected what fits the file. It is damaged or made to exhaust memory.");
        return new ChecksumStream(entry.Open(), entry.Crc32, where);
    }
}
