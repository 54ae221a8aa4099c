using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>Keeps a <see cref="Deduplication"/> in a .safetensors file: retained, image and duplicate_of (int64) and similarity (float32).</summary>
public static class DuplicatesFile
{
    /// <summary>Writes which images stay and what the others repeat.</summary>
    public static void Write(Stream stream, Deduplication duplicates)
    {
        ArgumentNullException.ThrowIfNull(duplicates);
        SafeTensorsFile.Write(stream,
        [
            Tensor("retained", "I64", duplicates.Retained.Select(i => (long)i)),
            Tensor("image", "I64", duplicates.Removed.Select(d => (long)d.Image)),
            Tensor("duplicate_of", "I64", duplicates.Removed.Select(d => (long)d.DuplicateOf)),
            Tensor("similarity", "F32", duplicates.Removed.Select(d => d.Similarity)),
        ]);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Deduplication Read(string path)
    {
        var tensors = SafeTensorsFile.Read(path).Tensors;
        T[] Values<T>(string name) where T : unmanaged => tensors.TryGetValue(name, out var tensor) ? MemoryMarshal.Cast<byte, T>(tensor.Data.Span).ToArray()
            : throw new InvalidDataException($"{path}: no tensor named {name}. Delete the file and run again.");
        long[] image = Values<long>("image"), duplicateOf = Values<long>("duplicate_of");
        float[] similarity = Values<float>("similarity");
        if (duplicateOf.Length != image.Length || similarity.Length != image.Length)
            throw new InvalidDataException($"{path}: {image.Length} removed images with {duplicateOf.Length} originals and {similarity.Length} similarities. Delete the file and run again.");
        return new Deduplication([.. Values<long>("retained").Select(i => (int)i)], [.. image.Select((i, j) => new Duplicate((int)i, (int)duplicateOf[j], similarity[j]))]);
    }

    static SafeTensor Tensor<T>(string name, string dtype, IEnumerable<T> values) where T : unmanaged
    {
        T[] array = [.. values];
        return new(name, dtype, [array.Length], MemoryMarshal.AsBytes(array.AsSpan()).ToArray());
    }
}
