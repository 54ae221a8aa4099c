namespace Gleaner;

/// <summary>Reads the matrix of embeddings that a user already has.</summary>
public static class EmbeddingFile
{
    /// <summary>An n x d matrix as stored, converted to float32, rows one after the other.</summary>
    public sealed record Matrix(float[] Values, int Count, int Dimension);

    /// <summary>Whether the name ends like a file that <see cref="Read"/> understands: <c>.npy</c>, <c>.npz</c>, <c>.safetensors</c> or <c>.parquet</c>.</summary>
    public static bool IsEmbedding(string path) => Extension(path) is ".npy" or ".npz" or ".safetensors" or ".parquet";

    /// <summary>Reads a matrix of float16, bfloat16, float32 or float64 from <c>.npy</c>, <c>.npz</c>, <c>.safetensors</c> or <c>.parquet</c>.</summary>
    /// <param name="path">The file; its extension says the format.</param>
    /// <param name="name">Which array, tensor or column, for a file with several that could be meant.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or holds no such matrix.</exception>
    public static Matrix Read(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        switch (Extension(path))
        {
            case ".npy":
                using (var array = NpyFile.Read(path)) return array.ReadMatrix();
            case ".npz": return NpzFile.ReadMatrix(path, name);
            case ".safetensors": return SafeTensorsFile.ReadMatrix(path, name);
            // A class of its own, so that the other formats never load the Parquet library.
            case ".parquet": return ParquetEmbeddings.ReadMatrix(path, name);
            default: throw new InvalidDataException($"{path}: extension \"{Extension(path)}\"; expected an embedding as .npy, .npz, .safetensors or .parquet.");
        }
    }

    /// <summary>Rows and columns, checked: both from 1 and together what one array can hold.</summary>
    internal static (int Count, int Dimension) MatrixShape(ReadOnlySpan<long> shape, string where)
    {
        string found = string.Join(", ", shape.ToArray());
        if (shape is not [var count, var dimension])
            throw new InvalidDataException($"{where}: shape ({found}), {shape.Length} dimensions; expected 2, one row per image. Save array.reshape(n, -1), where n is the number of images.");
        if (count == 0 || dimension == 0)
            throw new InvalidDataException($"{where}: shape ({found}); expected at least one row and one column.");
        if (count > Array.MaxLength / dimension)
            throw new InvalidDataException($"{where}: shape ({found}); expected at most {Array.MaxLength} numbers. Use fewer dimensions, or split the pool.");
        return ((int)count, (int)dimension);
    }

    static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
