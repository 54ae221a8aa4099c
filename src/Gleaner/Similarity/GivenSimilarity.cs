using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>A similarity kernel that the caller already has: n x n, symmetric, stored row by row. For small classes and for tests.</summary>
/// <remarks>
/// Its numbers count as the nearest multiples of 2^-26 of the power of two that the largest reaches (2^-26 for cosines), as those of
/// <see cref="CosineSimilarity"/> do: no number from an eighth of the largest on changes by that, and sums are exact in any order.
/// </remarks>
public sealed class GivenSimilarity : SimilarityRows
{
    readonly float[] _kernel;
    readonly int _width;       // from one row to the next
    readonly float? _perUnit;  // of the grid; null if numbers are as they should be

    /// <summary>Wraps <paramref name="kernel"/>, <paramref name="count"/> x <paramref name="count"/> numbers.</summary>
    /// <exception cref="ArgumentException">Another number of numbers, an infinite one or NaN, or a kernel that is not symmetric.</exception>
    public GivenSimilarity(float[] kernel, int count)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Length != (long)count * count)
            throw new ArgumentException($"{kernel.Length} numbers; expected {count} x {count}.", nameof(kernel));
        var (least, largest) = CheckSymmetry(kernel, count);
        if (!float.IsFinite(least) || !float.IsFinite(largest))
            throw new ArgumentException($"The kernel holds {(float.IsFinite(least) ? largest : least)}; expected finite numbers.", nameof(kernel));
        _perUnit = SimilarityGrid.PerUnitOf(MathF.Max(MathF.Abs(least), MathF.Abs(largest)));
        IsOnGrid = true;
        (_kernel, Count, _width, Least) = (kernel, count, count, SimilarityGrid.RoundTo(least, _perUnit.Value));
    }

    /// <summary>Wraps similarities that <paramref name="maker"/> has made, a row every <paramref name="width"/> numbers.</summary>
    internal GivenSimilarity(float[] kernel, int count, int width, SimilarityRows maker) => (_kernel, Count, _width, Least, IsOnGrid) = (kernel, count, width, maker.Least, maker.IsOnGrid);

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override double Least { get; }

    /// <inheritdoc/>
    public override double Self(int i)
    {
        float s = _kernel[i * _width + i];
        return _perUnit is { } perUnit ? SimilarityGrid.RoundTo(s, perUnit) : s;
    }

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities) => Read(_kernel.AsSpan(i * _width, Count), similarities);

    /// <inheritdoc/>
    internal override bool IsOnGrid { get; }

    /// <inheritdoc/>
    internal override int PartColumns => Math.Min(Count, 1024);

    /// <inheritdoc/>
    internal override int PartOfRows(ReadOnlySpan<int> images, int column, Span<float> similarities)
    {
        int columns = Math.Min(PartColumns, Count - column);
        for (int r = 0; r < images.Length; r++) Read(_kernel.AsSpan(images[r] * _width + column, columns), similarities[(r * columns)..]);
        return columns;
    }

    void Read(ReadOnlySpan<float> numbers, Span<float> similarities)
    {
        if (_perUnit is { } perUnit) SimilarityGrid.RoundTo(numbers, perUnit, similarities);
        else numbers.CopyTo(similarities);
    }

    /// <summary>Row i: as it lies in memory, or rounded into <paramref name="room"/> where it has to be.</summary>
    internal ReadOnlySpan<float> View(int i, Span<float> room)
    {
        if (_perUnit is null) return _kernel.AsSpan(i * _width, Count);
        Row(i, room);
        return room[..Count];
    }

    /// <inheritdoc/>
    public override double[] RowSums(int threads = 1, CancellationToken cancel = default)
    {
        var sums = new double[Count];
        float[] room = new float[Count];
        for (int i = 0; i < Count; i++) sums[i] = RowArithmetic.Sum(View(i, room));
        return sums;
    }

    // In squares that stay cached, because one of the two triangles is read down its columns. The least and the largest number on the way.
    static (float Least, float Largest) CheckSymmetry(float[] kernel, int count)
    {
        const int Square = 512;
        var (least, largest) = (Vector128.Create(float.PositiveInfinity), Vector128.Create(float.NegativeInfinity));
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        for (int top = 0; top < count; top += Square)
            for (int left = 0; left <= top; left += Square)
                for (int i = top; i < Math.Min(top + Square, count); i += Few)
                    for (int j = left; j < Math.Min(left + Square, i + Few); j += Few)
                        if (!AreMirrored(kernel, count, i, j, ref least, ref largest)) FindAsymmetry(kernel, count, i, j, ref min, ref max);
        for (int lane = 0; lane < Vector128<float>.Count; lane++) (min, max) = (MathF.Min(min, least[lane]), MathF.Max(max, largest[lane]));
        return count == 0 ? (0, 0) : (min, max);
    }

    const int Few = 4;

    // Whether the 4 x 4 numbers from (i, j) on are those from (j, i) on, transposed; false where there are not so many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool AreMirrored(float[] kernel, int count, int i, int j, ref Vector128<float> least, ref Vector128<float> largest)
    {
        if (i + Few > count || j + Few > count) return false;
        ref float lower = ref kernel[i * count + j], upper = ref kernel[j * count + i];
        nuint n = (nuint)count;
        var (a, b, c, d) = (Vector128.LoadUnsafe(ref lower), Vector128.LoadUnsafe(ref lower, n), Vector128.LoadUnsafe(ref lower, 2 * n), Vector128.LoadUnsafe(ref lower, 3 * n));
        least = Vector128.Min(least, Vector128.Min(Vector128.Min(a, b), Vector128.Min(c, d)));
        largest = Vector128.Max(largest, Vector128.Max(Vector128.Max(a, b), Vector128.Max(c, d)));
        Transpose4x4.Run(ref a, ref b, ref c, ref d);
        return Vector128.EqualsAll(a, Vector128.LoadUnsafe(ref upper)) && Vector128.EqualsAll(b, Vector128.LoadUnsafe(ref upper, n))
            && Vector128.EqualsAll(c, Vector128.LoadUnsafe(ref upper, 2 * n)) && Vector128.EqualsAll(d, Vector128.LoadUnsafe(ref upper, 3 * n));
    }

    static void FindAsymmetry(float[] kernel, int count, int top, int left, ref float least, ref float largest)
    {
        for (int i = top; i < Math.Min(top + Few, count); i++)
            for (int j = left; j < Math.Min(left + Few, i + 1); j++)
            {
                float s = kernel[i * count + j];
                if (s != kernel[j * count + i])
                    throw new ArgumentException(
                        float.IsNaN(s) && float.IsNaN(kernel[j * count + i]) ? $"The kernel holds NaN at ({i},{j}); expected finite numbers." :
                        $"The kernel is not symmetric: s({i},{j}) = {s}, s({j},{i}) = {kernel[j * count + i]}.", nameof(kernel));
                (least, largest) = (MathF.Min(least, s), MathF.Max(largest, s));
            }
    }
}
