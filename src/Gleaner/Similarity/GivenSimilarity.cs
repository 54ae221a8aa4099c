using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>A similarity kernel that the caller already has: n x n, symmetric, stored row by row. For small classes and for tests.</summary>
public sealed class GivenSimilarity : SimilarityRows
{
    readonly float[] _kernel;
    readonly Lazy<double> _least;

    /// <summary>Wraps <paramref name="kernel"/>, <paramref name="count"/> x <paramref name="count"/> numbers.</summary>
    public GivenSimilarity(float[] kernel, int count)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Length != (long)count * count)
            throw new ArgumentException($"{kernel.Length} numbers; expected {count} x {count}.", nameof(kernel));
        CheckSymmetry(kernel, count);
        (_kernel, Count) = (kernel, count);
        _least = new Lazy<double>(() => count == 0 ? 0 : TensorPrimitives.Min(kernel));
    }

    // In squares that stay cached, because one of the two triangles is read down its columns.
    static void CheckSymmetry(float[] kernel, int count)
    {
        const int Square = 64;
        for (int top = 0; top < count; top += Square)
            for (int left = 0; left <= top; left += Square)
                for (int i = top; i < Math.Min(top + Square, count); i += Few)
                    for (int j = left; j < Math.Min(left + Square, i + Few); j += Few)
                        if (!AreMirrored(kernel, count, i, j)) FindAsymmetry(kernel, count, i, j);
    }

    const int Few = 4;

    // Whether the 4 x 4 numbers from (i, j) on are those from (j, i) on, transposed; false where there are not so many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool AreMirrored(float[] kernel, int count, int i, int j)
    {
        if (i + Few > count || j + Few > count) return false;
        ref float lower = ref kernel[i * count + j], upper = ref kernel[j * count + i];
        nuint n = (nuint)count;
        var (a, b, c, d) = (Vector128.LoadUnsafe(ref lower), Vector128.LoadUnsafe(ref lower, n), Vector128.LoadUnsafe(ref lower, 2 * n), Vector128.LoadUnsafe(ref lower, 3 * n));
        Transpose4x4.Run(ref a, ref b, ref c, ref d);
        return Vector128.EqualsAll(a, Vector128.LoadUnsafe(ref upper)) && Vector128.EqualsAll(b, Vector128.LoadUnsafe(ref upper, n))
            && Vector128.EqualsAll(c, Vector128.LoadUnsafe(ref upper, 2 * n)) && Vector128.EqualsAll(d, Vector128.LoadUnsafe(ref upper, 3 * n));
    }

    static void FindAsymmetry(float[] kernel, int count, int top, int left)
    {
        for (int i = top; i < Math.Min(top + Few, count); i++)
            for (int j = left; j < Math.Min(left + Few, i); j++)
                if (kernel[i * count + j] != kernel[j * count + i])
                    throw new ArgumentException($"The kernel is not symmetric: s({i},{j}) = {kernel[i * count + j]}, s({j},{i}) = {kernel[j * count + i]}.", nameof(kernel));
    }

    /// <summary>As the other, for a kernel that is known to be well.</summary>
    internal GivenSimilarity(float[] kernel, int count, double least) => (_kernel, Count, _least) = (kernel, count, new Lazy<double>(least));

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override double Least => _least.Value;

    /// <inheritdoc/>
    public override double Self(int i) => _kernel[i * Count + i];

    /// <inheritdoc/>
    public override void Row(int i, Span<float> similarities) => _kernel.AsSpan(i * Count, Count).CopyTo(similarities);

    /// <inheritdoc/>
    public override double[] RowSums(int threads = 1, CancellationToken cancel = default)
    {
        var sums = new double[Count];
        for (int i = 0; i < Count; i++) sums[i] = RowArithmetic.Sum(_kernel.AsSpan(i * Count, Count));
        return sums;
    }
}
