using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>Features as they are, n x d numbers in float32, row after row, with the label of each image (any integer). The arrays are kept, not copied.</summary>
public sealed class LabeledRows
{
    /// <summary>Wraps <paramref name="values"/>, one row of <paramref name="dimension"/> numbers for each of <paramref name="labels"/>.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit, there is no row, or a number is not finite.</exception>
    public LabeledRows(ReadOnlyMemory<float> values, int dimension, ReadOnlyMemory<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (labels.IsEmpty) throw new ArgumentException("No rows; expected at least one.", nameof(labels));
        if (values.Length != (long)labels.Length * dimension)
            throw new ArgumentException($"{values.Length} numbers for {labels.Length} labels; expected {labels.Length} x {dimension}.", nameof(values));
        (Values, Dimension, Labels) = (values, dimension, labels);
        for (int i = 0; i < Count; i++)
            if (!TensorPrimitives.IsFiniteAll<float>(Row(i))) throw new ArgumentException($"Row {i} holds a number that is not finite; remove it.", nameof(values));
    }

    /// <summary>n, how many images.</summary>
    public int Count => Labels.Length;

    /// <summary>d, how many numbers an image has.</summary>
    public int Dimension { get; }

    /// <summary>All rows, one after the other.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The label of every image.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>The features of image <paramref name="index"/>.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.Span.Slice(index * Dimension, Dimension);

    internal FeatureRows Features => new(Values, Dimension);

    /// <summary>The images <paramref name="indices"/>, in that order, copied.</summary>
    public LabeledRows Select(ReadOnlySpan<int> indices)
    {
        var values = new float[checked(indices.Length * Dimension)];
        var labels = new int[indices.Length];
        for (int r = 0; r < indices.Length; r++)
        {
            Row(indices[r]).CopyTo(values.AsSpan(r * Dimension));
            labels[r] = Labels.Span[indices[r]];
        }
        return new LabeledRows(values, Dimension, labels);
    }

    /// <summary>The class of every image, numbered as <paramref name="known"/> numbers the labels.</summary>
    /// <exception cref="ArgumentException">The rows have another dimension, or a label that no training image has.</exception>
    internal int[] ClassesAmong(LabeledRows training, LatentPartition known)
    {
        if (Dimension != training.Dimension) throw new ArgumentException($"Test rows have {Dimension} numbers, training rows {training.Dimension}; expected as many.");
        var number = new Dictionary<int, int>();
        for (int k = 0; k < known.Classes; k++) number[known.Labels[k]] = k;
        var classOf = new int[Count];
        for (int i = 0; i < Count; i++)
            if (!number.TryGetValue(Labels.Span[i], out classOf[i]))
                throw new ArgumentException($"Test image {i} has label {Labels.Span[i]}; no training image has it. Remove such images, or add training images of that class.");
        return classOf;
    }
}
