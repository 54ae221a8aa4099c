using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>n x d rows, one per image, float32: of unit length, or means of unit rows (of several views), whose inner products are expected similarities.</summary>
public sealed class EmbeddingMatrix
{
    readonly float[] _values;

    EmbeddingMatrix(float[] values, int count, int dimension, bool isUnit) => (_values, Count, Dimension, IsUnit) = (values, count, dimension, isUnit);

    /// <summary>n, how many images.</summary>
    public int Count { get; }

    /// <summary>d, how many numbers an image has.</summary>
    public int Dimension { get; }

    /// <summary>True if every row has length 1; false for means of views.</summary>
    public bool IsUnit { get; }

    /// <summary>The embedding of image <paramref name="index"/>: d numbers.</summary>
    public ReadOnlySpan<float> Row(int index) => _values.AsSpan(index * Dimension, Dimension);

    /// <summary>All rows, one after the other.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>As <see cref="Values"/>, for work that is handed to threads.</summary>
    internal ReadOnlyMemory<float> Memory => _values;

    /// <summary>Reads <c>.npy</c>, <c>.npz</c>, <c>.safetensors</c> or <c>.parquet</c> and scales every row to unit length.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, is no matrix, or holds a row that is zero or not finite.</exception>
    public static EmbeddingMatrix Load(string path)
    {
        var raw = EmbeddingFile.Read(path);
        var matrix = Normalize(raw.Values, raw.Count, raw.Dimension, out var bad);
        return bad.Count == 0 ? matrix
            : throw new InvalidDataException($"{path}: row {bad[0].Index} {bad[0].Reason} ({bad.Count} such rows). Remove them, or use gleaner select, which lists them and goes on.");
    }

    /// <summary>Scales each row of <paramref name="values"/> in place to unit length. Rows that have no direction (zero, or not finite) become zero and are listed.</summary>
    public static EmbeddingMatrix Normalize(float[] values, int count, int dimension, out IReadOnlyList<Unreadable> bad)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != count * (long)dimension)
            throw new ArgumentException($"{values.Length} numbers; expected {count} x {dimension}.", nameof(values));

        var found = new List<Unreadable>();
        for (int i = 0; i < count; i++)
        {
            var row = values.AsSpan(i * dimension, dimension);
            double squares = 0;
            foreach (float v in row) squares += (double)v * v;
            if (double.IsFinite(squares) && squares > 0)
            {
                double scale = 1 / Math.Sqrt(squares);
                if (float.IsNormal((float)scale)) TensorPrimitives.Multiply(row, (float)scale, row);
                else for (int k = 0; k < dimension; k++) row[k] = (float)(row[k] * scale); // the largest and the smallest floats
                continue;
            }
            found.Add(new Unreadable(i, squares == 0 ? "is zero, so it has no direction" : "holds a value that is not finite"));
            row.Clear();
        }
        bad = found;
        return new EmbeddingMatrix(values, count, dimension, isUnit: true);
    }

    /// <summary>
    /// Keeps rows that are means z_i = E_a f(a x_i) of unit rows as they are: by bilinearity &lt;z_i, z_j&gt; is the expected similarity
    /// E &lt;f(a x_i), f(a' x_j)&gt; of two images' views, which unit length would spoil.
    /// </summary>
    /// <exception cref="ArgumentException">A row is longer than 1 or not finite, so that it is no such mean.</exception>
    public static EmbeddingMatrix OfMeans(float[] values, int count, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        var matrix = new EmbeddingMatrix(values, count, dimension, isUnit: false);
        for (int i = 0; i < count; i++)
        {
            float length = TensorPrimitives.Norm(matrix.Row(i));
            if (!(length <= 1.001)) // float32 rounding of a sum of unit rows
                throw new ArgumentException($"Row {i} has length {length}; expected at most 1, as a mean of unit rows has.", nameof(values));
        }
        return matrix;
    }

    /// <summary>The same directions at unit length, copied unless they are so already.</summary>
    public EmbeddingMatrix ToUnit() => IsUnit ? this : Normalize(_values.ToArray(), Count, Dimension, out _);

    /// <summary>The rows <paramref name="indices"/>, in that order, copied.</summary>
    public EmbeddingMatrix Select(ReadOnlySpan<int> indices)
    {
        var values = LargeArray.Allocate<float>(checked(indices.Length * Dimension));
        for (int i = 0; i < indices.Length; i++) Row(indices[i]).CopyTo(values.AsSpan(i * Dimension));
        return new EmbeddingMatrix(values, indices.Length, Dimension, IsUnit);
    }
}
