using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner.Torch;

/// <summary>The innermost loops of <see cref="WinogradConvolution"/> and <see cref="PatchConvolution"/>: eight rows times a panel of 32 or 16 columns, summed in ascending order.</summary>
/// <remarks>Written out, because the compiler keeps locals in registers and arrays in memory.</remarks>
static unsafe class TileProducts
{
    public const int Rows = 8;

    /// <summary>c[r x cRow + j] (+)= sum over k of a[r x aRow + k x aStep] b[k x width + j], for eight r and all j of the panel.</summary>
    public static void Multiply(float* a, nint aRow, nint aStep, float* b, int width, nint count, float* c, nint cRow, bool add)
    {
        if (!Vector512.IsHardwareAccelerated)
            for (int row = 0; row < Rows; row += 4)
                for (int column = 0; column < width; column += 16) Half(a + row * aRow, aRow, aStep, b + column, width, count, c + row * cRow + column, cRow, add);
        else if (width == 32) Wide(a, aRow, aStep, b, count, c, cRow, add);
        else Narrow(a, aRow, aStep, b, count, c, cRow, add);
    }

    /// <summary>Four rows and 16 columns, which is what sixteen registers of 256 bits hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Half(float* a, nint aRow, nint aStep, float* b, nint bRow, nint count, float* c, nint cRow, bool add)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        nint three = 3 * aRow;
        for (float* end = b + bRow * count; b < end; b += bRow, a += aStep)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            var v = Vector256.Create(*a);
            s00 = Vector256.FusedMultiplyAdd(v, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(v, b1, s01);
            v = Vector256.Create(a[aRow]);
            s10 = Vector256.FusedMultiplyAdd(v, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(v, b1, s11);
            v = Vector256.Create(a[2 * aRow]);
            s20 = Vector256.FusedMultiplyAdd(v, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(v, b1, s21);
            v = Vector256.Create(a[three]);
            s30 = Vector256.FusedMultiplyAdd(v, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(v, b1, s31);
        }
        Put(c, s00, add);
        Put(c + 8, s01, add);
        Put(c += cRow, s10, add);
        Put(c + 8, s11, add);
        Put(c += cRow, s20, add);
        Put(c + 8, s21, add);
        Put(c += cRow, s30, add);
        Put(c + 8, s31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Wide(float* a, nint aRow, nint aStep, float* b, nint count, float* c, nint cRow, bool add)
    {
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default,
            s40 = default, s41 = default, s50 = default, s51 = default, s60 = default, s61 = default, s70 = default, s71 = default;
        nint three = 3 * aRow;
        float* x = a, y = a + 4 * aRow, end = b + 32 * count;
        for (; b < end; b += 32, x += aStep, y += aStep)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            var v = Vector512.Create(*x);
            s00 = Vector512.FusedMultiplyAdd(v, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(v, b1, s01);
            v = Vector512.Create(x[aRow]);
            s10 = Vector512.FusedMultiplyAdd(v, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(v, b1, s11);
            v = Vector512.Create(x[2 * aRow]);
            s20 = Vector512.FusedMultiplyAdd(v, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(v, b1, s21);
            v = Vector512.Create(x[three]);
            s30 = Vector512.FusedMultiplyAdd(v, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(v, b1, s31);
            v = Vector512.Create(*y);
            s40 = Vector512.FusedMultiplyAdd(v, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(v, b1, s41);
            v = Vector512.Create(y[aRow]);
            s50 = Vector512.FusedMultiplyAdd(v, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(v, b1, s51);
            v = Vector512.Create(y[2 * aRow]);
            s60 = Vector512.FusedMultiplyAdd(v, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(v, b1, s61);
            v = Vector512.Create(y[three]);
            s70 = Vector512.FusedMultiplyAdd(v, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(v, b1, s71);
        }
        Put(c, s00, add);
        Put(c + 16, s01, add);
        Put(c += cRow, s10, add);
        Put(c + 16, s11, add);
        Put(c += cRow, s20, add);
        Put(c + 16, s21, add);
        Put(c += cRow, s30, add);
        Put(c + 16, s31, add);
        Put(c += cRow, s40, add);
        Put(c + 16, s41, add);
        Put(c += cRow, s50, add);
        Put(c + 16, s51, add);
        Put(c += cRow, s60, add);
        Put(c + 16, s61, add);
        Put(c += cRow, s70, add);
        Put(c + 16, s71, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Narrow(float* a, nint aRow, nint aStep, float* b, nint count, float* c, nint cRow, bool add)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        nint three = 3 * aRow;
        float* x = a, y = a + 4 * aRow, end = b + 16 * count;
        for (; b < end; b += 16, x += aStep, y += aStep)
        {
            var b0 = Vector512.Load(b);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(*x), b0, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(x[aRow]), b0, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(x[2 * aRow]), b0, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(x[three]), b0, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Create(*y), b0, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Create(y[aRow]), b0, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Create(y[2 * aRow]), b0, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Create(y[three]), b0, s7);
        }
        Put(c, s0, add);
        Put(c += cRow, s1, add);
        Put(c += cRow, s2, add);
        Put(c += cRow, s3, add);
        Put(c += cRow, s4, add);
        Put(c += cRow, s5, add);
        Put(c += cRow, s6, add);
        Put(c + cRow, s7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* c, Vector512<float> sum, bool add) => (add ? Vector512.Load(c) + sum : sum).Store(c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* c, Vector256<float> sum, bool add) => (add ? Vector256.Load(c) + sum : sum).Store(c);
}
