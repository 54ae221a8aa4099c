using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gleaner;

/// <summary>Reads and writes <c>.safetensors</c>, which holds named arrays and, unlike a pickle, nothing that could run.</summary>
/// <remarks>github.com/huggingface/safetensors: 8 bytes header length, a JSON header, then the data without holes.</remarks>
public static class SafeTensorsFile
{
    /// <summary>Reads every array of a file into memory.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or is no safetensors file.</exception>
    public static SafeTensors Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        var header = SafeTensorsHeader.Read(stream, path);

        var tensors = new Dictionary<string, SafeTensor>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            if (entry.Bytes > Array.MaxLength)
                throw new InvalidDataException($"{path}: \"{entry.Name}\" has {entry.Bytes} bytes; expected at most {Array.MaxLength} in one array. Split it.");
            var data = new byte[entry.Bytes];
            if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
                throw new InvalidDataException($"{path}: ends inside \"{entry.Name}\". The file became shorter while it was read; copy it again.");
            tensors.Add(entry.Name, new SafeTensor(entry.Name, entry.Dtype, entry.Shape, data));
        }
        return new SafeTensors(tensors, header.Metadata);
    }

    /// <summary>Reads the array of that name, or the only n x d array of floating-point numbers, and no other.</summary>
    internal static EmbeddingFile.Matrix ReadMatrix(string path, string? name)
    {
        using var stream = File.OpenRead(path);
        var header = SafeTensorsHeader.Read(stream, path);
        long start = stream.Position;
        var choices = header.Entries
            .Select(e => new ArrayChoice(e.Name, $"{e.Dtype} ({string.Join(", ", e.Shape)})", FloatFormat.FromSafeTensors(e.Dtype) is not null && e.Shape.Length == 2))
            .ToArray();

        var entry = header.Entries[ArrayChoice.Pick(choices, name, path)];
        string where = $"{path}[{entry.Name}]";
        if (FloatFormat.FromSafeTensors(entry.Dtype) is not { } format)
            throw new InvalidDataException($"{where}: numbers of type {entry.Dtype}; expected F16, BF16, F32 or F64. Save tensor.float().");
        var (count, dimension) = EmbeddingFile.MatrixShape(entry.Shape, where);
        stream.Position = start + entry.Begin;
        return new EmbeddingFile.Matrix(format.Read(stream, count, dimension, fortran: false, where), count, dimension);
    }

    /// <summary>Writes arrays; the same arrays in any order give the same bytes.</summary>
    /// <exception cref="ArgumentException">Two arrays have one name, or an array's bytes do not fit its shape.</exception>
    public static void Write(Stream stream, IEnumerable<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);

        // Wide numbers first, as the official writer does: every array then starts at a multiple of its number's size, which PyTorch needs.
        var ordered = tensors.OrderByDescending(t => SafeTensorsHeader.Order(t.Dtype)).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        Check(ordered);

        var header = Header(ordered, metadata);
        int padded = checked((header.Length + 7) / 8 * 8);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        stream.Write("       "u8[..(padded - header.Length)]);
        foreach (var tensor in ordered) stream.Write(tensor.Data.Span);
    }

    static void Check(SafeTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var t in tensors)
        {
            if (t.Name == SafeTensorsHeader.MetadataKey || !names.Add(t.Name))
                throw new ArgumentException($"Two tensors are named \"{t.Name}\", or it is the reserved name; expected names that differ.", nameof(tensors));
            if (SafeTensorsHeader.BytesOf(t.Dtype, t.Shape) is not { } bytes)
                throw new ArgumentException($"\"{t.Name}\" is {t.Dtype} [{string.Join(", ", t.Shape)}]; expected a known dtype and a shape that fits memory.", nameof(tensors));
            if (bytes != t.Data.Length)
                throw new ArgumentException($"\"{t.Name}\" has {t.Data.Length} bytes; expected {bytes} for {t.Dtype} [{string.Join(", ", t.Shape)}].", nameof(tensors));
        }
    }

    static ReadOnlySpan<byte> Header(SafeTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The official writer leaves text as it is; nobody pastes a header into HTML.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafeTensorsHeader.MetadataKey);
            foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
            json.WriteEndObject();
        }
        long offset = 0;
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Dtype);
            json.WriteStartArray("shape");
            foreach (long axis in tensor.Shape) json.WriteNumberValue(axis);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += tensor.Data.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
