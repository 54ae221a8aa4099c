using System.Buffers.Binary;
using System.Text.Json;

namespace Gleaner;

/// <summary>Where the arrays of a <c>.safetensors</c> file lie; every number in it is checked against the file before anything trusts it.</summary>
sealed class SafeTensorsHeader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The official limit; the header of a model with a million arrays is near it.</summary>
    const long LengthLimit = 100_000_000;

    /// <summary>Number types of whole bytes with their size, in the official order, which decides where the writer puts an array.</summary>
    static readonly (string Name, int Bytes)[] Dtypes =
    [
        ("BOOL", 1), ("U8", 1), ("I8", 1), ("F8_E5M2", 1), ("F8_E4M3", 1), ("F8_E8M0", 1), ("I16", 2), ("U16", 2), ("F16", 2), ("BF16", 2),
        ("I32", 4), ("U32", 4), ("F32", 4), ("C64", 8), ("F64", 8), ("I64", 8), ("U64", 8),
    ];

    /// <summary>One array: its name, its numbers and where they begin after the header.</summary>
    public sealed record Entry(string Name, string Dtype, long[] Shape, long Begin, long End)
    {
        public long Bytes => End - Begin;
    }

    /// <summary>In the order in which they lie in the file.</summary>
    public required IReadOnlyList<Entry> Entries { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public static int Order(string dtype) => Array.FindIndex(Dtypes, d => d.Name == dtype);

    /// <summary>The bytes of an array; null for an unknown type, a negative axis or a product beyond 2^63.</summary>
    public static long? BytesOf(string dtype, long[] shape)
    {
        int order = Order(dtype);
        if (order < 0 || shape.Any(axis => axis < 0)) return null;
        try
        {
            return shape.Aggregate((long)Dtypes[order].Bytes, (bytes, axis) => checked(bytes * axis));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>Reads the header and leaves <paramref name="stream"/> at the first array's first byte.</summary>
    public static SafeTensorsHeader Read(Stream stream, string path)
    {
        long rest = stream.Length - 8;
        Span<byte> prefix = stackalloc byte[8];
        if (rest < 0 || stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw new InvalidDataException($"{path}: {stream.Length} bytes; expected a safetensors file, at least 10.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LengthLimit || length > (ulong)rest)
            throw new InvalidDataException($"{path}: a header of {length} bytes; expected at most {Math.Min(rest, LengthLimit)}. It is no safetensors file or it is cut off.");

        var json = new byte[length];
        if (stream.ReadAtLeast(json, json.Length, throwOnEndOfStream: false) < json.Length || json.Length == 0 || json[0] != '{')
            throw new InvalidDataException($"{path}: the header is no JSON object; expected a safetensors file.");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(document.RootElement, rest - (long)length, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the second: text that is no valid Unicode
        {
            throw new InvalidDataException($"{path}: the header is damaged: {e.Message}", e);
        }
    }

    static SafeTensorsHeader Parse(JsonElement root, long dataLength, string path)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name != MetadataKey)
            {
                entries.Add(ParseEntry(property.Name, property.Value, path));
                continue;
            }
            foreach (var pair in property.Value.EnumerateObject()) metadata.Add(pair.Name, pair.Value.GetString() ?? "");
        }

        entries.Sort((a, b) => (a.Begin, a.End, a.Name).CompareTo((b.Begin, b.End, b.Name)));
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw new InvalidDataException($"{path}: \"{entry.Name}\" begins at {entry.Begin}; expected {end}, the end of the array before it. The header is damaged.");
            end = entry.End;
        }
        if (end != dataLength)
            throw new InvalidDataException($"{path}: {dataLength} bytes after the header; expected {end}. The file is cut off or damaged; copy it again.");
        return new SafeTensorsHeader { Entries = entries, Metadata = metadata };
    }

    static Entry ParseEntry(string name, JsonElement value, string path)
    {
        string dtype = value.TryGetProperty("dtype", out var d) ? d.GetString() ?? "" : "";
        var shape = Integers(value, "shape");
        var offsets = Integers(value, "data_offsets");
        if (shape is null || offsets is not [var begin, var end] || begin > end)
            throw new InvalidDataException($"{path}: \"{name}\" lacks a dtype, a shape or two data_offsets of whole numbers from 0; expected all three. The header is damaged.");
        if (BytesOf(dtype, shape) is not { } bytes)
            throw new InvalidDataException($"{path}: \"{name}\" is {dtype} [{string.Join(", ", shape)}]; expected one of {string.Join(", ", Dtypes.Select(t => t.Name))} and fewer than 2^63 bytes.");
        if (bytes != end - begin)
            throw new InvalidDataException($"{path}: \"{name}\" has {end - begin} bytes; expected {bytes} for {dtype} [{string.Join(", ", shape)}].");
        return new Entry(name, dtype, shape, begin, end);
    }

    /// <summary>A list of whole numbers from 0; null for anything else.</summary>
    static long[]? Integers(JsonElement value, string name)
    {
        if (!value.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var numbers = new long[list.GetArrayLength()];
        int i = 0;
        foreach (var item in list.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i++]) || numbers[i - 1] < 0) return null;
        return numbers;
    }
}
