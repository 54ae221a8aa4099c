using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gleaner;

/// <summary>Between four pixels of (r, g, b, unused) and four levels each of red, green and blue: the same transposition both ways.</summary>
static class Transpose4x4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        if (Sse.IsSupported)   // Vector128 has no shuffle of two vectors
        {
            var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));             // a0 b0 a1 b1
            var (abHigh, cdHigh) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));   // a2 b2 a3 b3
            (a, b) = (Sse.MoveLowToHigh(ab, cd), Sse.MoveHighToLow(cd, ab));
            (c, d) = (Sse.MoveLowToHigh(abHigh, cdHigh), Sse.MoveHighToLow(cdHigh, abHigh));
        }
        else
        {
            (a, b, c, d) = (Vector128.Create(a[0], b[0], c[0], d[0]), Vector128.Create(a[1], b[1], c[1], d[1]),
                Vector128.Create(a[2], b[2], c[2], d[2]), Vector128.Create(a[3], b[3], c[3], d[3]));
        }
    }
}
