using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>A separable filter of square planes of one size, the same across and down, with borders reflected (the border pixel itself is not repeated).</summary>
sealed class SymmetricFilter(int size)
{
    static readonly int Lanes = Vector512<float>.Count;

    readonly float[] _row = new float[3 * size + 2 * ViewScratch.Padding];   // a row with what is reflected: less than size on either side

    /// <summary>Weights from the middle outwards, at most size. Both planes have <see cref="ViewScratch.Padding"/>, and are not the same.</summary>
    public void Run(float[] source, float[] target, ReadOnlySpan<float> weights)
    {
        int radius = weights.Length - 1;
        ref float pixels = ref MemoryMarshal.GetArrayDataReference(source);
        ref float result = ref MemoryMarshal.GetArrayDataReference(target);
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        ref float middle = ref Unsafe.Add(ref row, radius);
        ref float weight = ref MemoryMarshal.GetReference(weights);
        for (int y = 0; y < size; y++)
        {
            FilterDown(ref pixels, y, ref weight, radius, ref middle);
            for (int k = 1; k <= radius; k++)
            {
                Unsafe.Add(ref middle, -k) = Unsafe.Add(ref middle, k);
                Unsafe.Add(ref middle, size - 1 + k) = Unsafe.Add(ref middle, size - 1 - k);
            }
            FilterAcross(ref row, ref weight, radius, ref Unsafe.Add(ref result, y * size));
        }
    }

    /// <summary>What runs over the row's end is overwritten by the reflected border, or not used.</summary>
    void FilterDown(ref float pixels, int y, ref float weight, int radius, ref float filtered)
    {
        for (int x = 0; x < size; x += Lanes)
        {
            ref float column = ref Unsafe.Add(ref pixels, x);
            var sum = Vector512.Create(weight) * Vector512.LoadUnsafe(ref column, (nuint)(y * size));
            for (int k = 1; k <= radius; k++)
            {
                int above = Math.Abs(y - k), below = Math.Min(y + k, 2 * (size - 1) - y - k);
                var pair = Vector512.LoadUnsafe(ref column, (nuint)(above * size)) + Vector512.LoadUnsafe(ref column, (nuint)(below * size));
                sum = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref weight, k)), pair, sum);
            }
            sum.StoreUnsafe(ref filtered, (nuint)x);
        }
    }

    /// <summary>What runs over the row's end is overwritten by the next row, or falls into the plane's padding.</summary>
    void FilterAcross(ref float row, ref float weight, int radius, ref float filtered)
    {
        for (int x = 0; x < size; x += Lanes)
        {
            ref float middle = ref Unsafe.Add(ref row, x + radius);
            var sum = Vector512.Create(weight) * Vector512.LoadUnsafe(ref middle);
            for (int k = 1; k <= radius; k++)
            {
                var pair = Vector512.LoadUnsafe(ref Unsafe.Subtract(ref middle, k)) + Vector512.LoadUnsafe(ref middle, (nuint)k);
                sum = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref weight, k)), pair, sum);
            }
            sum.StoreUnsafe(ref filtered, (nuint)x);
        }
    }
}
