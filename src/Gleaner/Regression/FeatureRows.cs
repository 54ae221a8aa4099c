namespace Gleaner;

/// <summary>Rows of numbers to learn from: n x d, row after row. A view, not a copy.</summary>
readonly record struct FeatureRows(ReadOnlyMemory<float> Values, int Dimension)
{
    public int Count => Values.Length / Dimension;

    public ReadOnlySpan<float> Row(int index) => Values.Span.Slice(index * Dimension, Dimension);
}
