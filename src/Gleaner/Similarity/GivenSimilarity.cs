namespace Gleaner;

/// <summary>A similarity kernel that the caller already has: n x n, symmetric, stored row by row. For small classes and for tests.</summary>
public sealed class GivenSimilarity : SimilarityRows
{
    readonly float[] _kernel;

    /// <summary>Wraps <paramref name="kernel"/>, <paramref name="count"/> x <paramref name="count"/> numbers.</summary>
    public GivenSimilarity(float[] kernel, int count)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Length != (long)count * count)
            throw new ArgumentException($"{kernel.Length} numbers; expected {count} x {count}.", nameof(kernel));
        for (int i = 0; i < count; i++)
            for (int j = 0; j < i; j++)
                if (kernel[i * count + j] != kernel[j * count + i])
                    throw new ArgumentException($"The kernel is not symmetric: s({i},{j}) = {kernel[i * count + j]}, s({j},{i}) = {kernel[j * count + i]}.", nameof(kernel));
        (_kernel, Count) = (kernel, count);
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override double Self(int i) => _kernel[i * Count + i];

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities) => _kernel.AsSpan(i * Count, Count).CopyTo(similarities);

    /// <inheritdoc/>
    public override double[] RowSums(CancellationToken cancel = default)
    {
        var sums = new double[Count];
        for (int i = 0; i < Count; i++)
            foreach (float s in _kernel.AsSpan(i * Count, Count)) sums[i] += s;
        return sums;
    }
}
