namespace Gleaner;

/// <summary>Reads the matrix of embeddings that a user already has.</summary>
public static class EmbeddingFile
{
    /// <summary>An n x d matrix as stored, converted to float32, rows one after the other.</summary>
    public sealed record Matrix(float[] Values, int Count, int Dimension);

    /// <summary>Reads a file.</summary>
    public static Matrix Read(string path, string? name = null) => throw new NotSupportedException(path + name);
}
