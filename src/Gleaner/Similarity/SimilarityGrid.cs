using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>
/// Similarities are rounded to multiples of 2^-26 (1.5e-8, a quarter of the rounding that float32 has near 1), and those below the threshold to 0.
/// </summary>
/// <remarks>
/// Sums of up to 2^27 such numbers are exact in float64, and in integers, so they do not depend on the order: blocks, threads and the symmetry can
/// be used as is best for speed, equal images have equal sums, and permuted rows give permuted sums, to the bit.
/// </remarks>
static class SimilarityGrid
{
    /// <summary>The reciprocal of the step.</summary>
    public const float PerUnit = 1 << 26;

    /// <summary>The step, 2^-26.</summary>
    public const double Step = 1 / (double)PerUnit;

    /// <summary>The similarity that a product counts as.</summary>
    public static float Round(float product, float threshold) => product < threshold ? 0 : MathF.Round(product * PerUnit) / PerUnit;

    /// <summary>The reciprocal of the step for numbers up to <paramref name="largest"/>: 2^26 for those from 1 to 2, half of it from 2 to 4, and so on.</summary>
    public static float PerUnitOf(float largest) => MathF.ScaleB(PerUnit, -Math.Max(largest > 0 ? MathF.ILogB(largest) : 0, LeastExponent));

    const int LeastExponent = -100; // numbers below 1e-30 are nothing beside any other, and their reciprocals no numbers

    /// <summary>A number of a grid with another step.</summary>
    public static float RoundTo(float number, float perUnit) => MathF.Round(number * perUnit) * (1 / perUnit);

    /// <summary>A sum, to the nearest multiple of the step.</summary>
    public static double Round(double sum) => Math.Round(sum * PerUnit) / PerUnit;

    /// <summary>How many steps each product counts as.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Steps(Vector512<float> products, Vector512<float> threshold)
    {
        var steps = Vector512.ConvertToInt32Native(Vector512.Round(products * PerUnit));
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(products, threshold).AsInt32(), steps, Vector512<int>.Zero);
    }

    /// <summary>As the other, for every product of a span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(Span<float> products, float threshold)
    {
        int j = 0;
        var least = Vector512.Create(threshold);
        for (; j + 16 <= products.Length; j += 16)
            (Vector512.ConvertToSingle(Steps(Vector512.Create<float>(products.Slice(j, 16)), least)) * (1 / PerUnit)).CopyTo(products[j..]);
        for (; j < products.Length; j++) products[j] = Round(products[j], threshold);
    }

    /// <summary>Numbers of a grid with another step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RoundTo(ReadOnlySpan<float> numbers, float perUnit, Span<float> rounded)
    {
        int j = 0;
        for (; j + 16 <= numbers.Length; j += 16)
            (Vector512.Round(Vector512.Create(numbers.Slice(j, 16)) * perUnit) * (1 / perUnit)).CopyTo(rounded[j..]);
        for (; j < numbers.Length; j++) rounded[j] = RoundTo(numbers[j], perUnit);
    }
}
