using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Grey levels to what an encoder expects: (level / 255 - mean) / std per channel.</summary>
sealed class Normalization(ReadOnlySpan<float> mean, ReadOnlySpan<float> std)
{
    readonly Vector128<float> _scale = Vector128.Create(1 / (255 * std[0]), 1 / (255 * std[1]), 1 / (255 * std[2]), 0);
    readonly Vector128<float> _shift = Vector128.Create(-mean[0] / std[0], -mean[1] / std[1], -mean[2] / std[2], 0);

    /// <summary>Writes the planes as r g b r g b ...</summary>
    public void Write(ColorPlanes planes, Span<float> view)
    {
        ref float red = ref First(planes[0]), green = ref First(planes[1]), blue = ref First(planes[2]);
        ref float target = ref MemoryMarshal.GetReference(view);
        int i = 0;
        for (; i < planes.Count - 4; i += 4)   // never the last pixel: a store writes one float too many, which the next pixel overwrites
        {
            Vector128<float> p0 = Vector128.LoadUnsafe(ref red, (nuint)i), p1 = Vector128.LoadUnsafe(ref green, (nuint)i), p2 = Vector128.LoadUnsafe(ref blue, (nuint)i), p3 = p2;
            Transpose4x4.Run(ref p0, ref p1, ref p2, ref p3);
            ref float pixels = ref Unsafe.Add(ref target, i * 3);
            Normalize(p0).StoreUnsafe(ref pixels);
            Normalize(p1).StoreUnsafe(ref pixels, 3);
            Normalize(p2).StoreUnsafe(ref pixels, 6);
            Normalize(p3).StoreUnsafe(ref pixels, 9);
        }
        for (; i < planes.Count; i++)
        {
            Vector128<float> pixel = Normalize(Vector128.Create(planes[0][i], planes[1][i], planes[2][i], 0));
            (view[i * 3], view[i * 3 + 1], view[i * 3 + 2]) = (pixel[0], pixel[1], pixel[2]);
        }
    }

    Vector128<float> Normalize(Vector128<float> pixel) => Vector128.MultiplyAddEstimate(pixel, _scale, _shift);

    static ref float First(float[] plane) => ref MemoryMarshal.GetArrayDataReference(plane);
}
