using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gleaner.Torch;

/// <summary>The small matrices of F(4x4, 3x3), applied to sixteen channels at once: rows of vectors in, rows of vectors out, <c>stride</c> numbers apart.</summary>
/// <remarks>Lavin and Gray 2015, section 4.3 (arXiv:1509.09308); their names B, G, A. A tile's 36 numbers are transformed by columns, then by rows.</remarks>
static unsafe class WinogradTransforms
{
    /// <summary>Channels in a vector.</summary>
    public const int Lanes = 16;

    /// <summary>B^T d B: 6x6 pixels, each of which lies where its pointer says, to 6x6 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float** pixels, nint channel, float* to, nint stride)
    {
        float* t = stackalloc float[36 * Lanes];
        for (int j = 0; j < 6; j++)
            InputLine(V(pixels[j] + channel), V(pixels[6 + j] + channel), V(pixels[12 + j] + channel), V(pixels[18 + j] + channel), V(pixels[24 + j] + channel), V(pixels[30 + j] + channel), t + j * Lanes, 6 * Lanes);
        for (int i = 0; i < 6; i++)
        {
            float* r = t + i * 6 * Lanes;
            InputLine(V(r), V(r + Lanes), V(r + 2 * Lanes), V(r + 3 * Lanes), V(r + 4 * Lanes), V(r + 5 * Lanes), to + i * 6 * stride, stride);
        }
    }

    /// <summary>A^T m A: 6x6 numbers to the 4x4 pixels that the pointers name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* from, nint stride, float** pixels, nint channel)
    {
        float* t = stackalloc float[24 * Lanes];
        for (int j = 0; j < 6; j++)
        {
            float* r = from + j * stride;
            OutputLine(V(r), V(r + 6 * stride), V(r + 12 * stride), V(r + 18 * stride), V(r + 24 * stride), V(r + 30 * stride), out var y0, out var y1, out var y2, out var y3);
            float* s = t + j * Lanes;
            y0.Store(s);
            y1.Store(s + 6 * Lanes);
            y2.Store(s + 12 * Lanes);
            y3.Store(s + 18 * Lanes);
        }
        for (int i = 0; i < 4; i++)
        {
            float* r = t + i * 6 * Lanes;
            OutputLine(V(r), V(r + Lanes), V(r + 2 * Lanes), V(r + 3 * Lanes), V(r + 4 * Lanes), V(r + 5 * Lanes), out var y0, out var y1, out var y2, out var y3);
            y0.Store(pixels[4 * i] + channel);
            y1.Store(pixels[4 * i + 1] + channel);
            y2.Store(pixels[4 * i + 2] + channel);
            y3.Store(pixels[4 * i + 3] + channel);
        }
    }

    /// <summary>A y A^T: a gradient's 4x4 pixels to 6x6 numbers, the adjoint of <see cref="Output"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradient(float** pixels, nint channel, float* to, nint stride)
    {
        float* t = stackalloc float[24 * Lanes];
        for (int j = 0; j < 4; j++)
            GradientLine(V(pixels[j] + channel), V(pixels[4 + j] + channel), V(pixels[8 + j] + channel), V(pixels[12 + j] + channel), t + j * Lanes, 4 * Lanes);
        for (int i = 0; i < 6; i++)
        {
            float* r = t + i * 4 * Lanes;
            GradientLine(V(r), V(r + Lanes), V(r + 2 * Lanes), V(r + 3 * Lanes), to + i * 6 * stride, stride);
        }
    }

    /// <summary>G g G^T: 3x3 weights, <paramref name="tap"/> numbers apart (negative: turned by half a turn), to 6x6 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* g, nint tap, float* to, nint stride)
    {
        float* t = stackalloc float[18 * Lanes];
        for (int j = 0; j < 3; j++)
            WeightLine(V(g + j * tap), V(g + (3 + j) * tap), V(g + (6 + j) * tap), t + j * Lanes, 3 * Lanes);
        for (int i = 0; i < 6; i++)
        {
            float* r = t + i * 3 * Lanes;
            WeightLine(V(r), V(r + Lanes), V(r + 2 * Lanes), to + i * 6 * stride, stride);
        }
    }

    /// <summary>G^T u G: 6x6 numbers to the gradient of 3x3 weights, the adjoint of <see cref="Weights"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightGradient(float* from, nint stride, float* g, nint tap)
    {
        float* t = stackalloc float[18 * Lanes];
        for (int j = 0; j < 6; j++)
        {
            float* r = from + j * stride;
            WeightGradientLine(V(r), V(r + 6 * stride), V(r + 12 * stride), V(r + 18 * stride), V(r + 24 * stride), V(r + 30 * stride), t + j * Lanes, 6 * Lanes);
        }
        for (int i = 0; i < 3; i++)
        {
            float* r = t + i * 6 * Lanes;
            WeightGradientLine(V(r), V(r + Lanes), V(r + 2 * Lanes), V(r + 3 * Lanes), V(r + 4 * Lanes), V(r + 5 * Lanes), g + i * 3 * tap, tap);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> V(float* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Fma(float factor, Vector512<float> x, Vector512<float> plus) => Vector512.FusedMultiplyAdd(Vector512.Create(factor), x, plus);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void InputLine(Vector512<float> d0, Vector512<float> d1, Vector512<float> d2, Vector512<float> d3, Vector512<float> d4, Vector512<float> d5, float* to, nint s)
    {
        Vector512<float> a = Fma(-4, d2, d4), b = Fma(-4, d1, d3), c = d4 - d2, e = d3 - d1;
        Fma(4, d0, Fma(-5, d2, d4)).Store(to);
        (a + b).Store(to + s);
        (a - b).Store(to + 2 * s);
        Fma(2, e, c).Store(to + 3 * s);
        Fma(-2, e, c).Store(to + 4 * s);
        Fma(4, d1, Fma(-5, d3, d5)).Store(to + 5 * s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OutputLine(Vector512<float> m0, Vector512<float> m1, Vector512<float> m2, Vector512<float> m3, Vector512<float> m4, Vector512<float> m5,
        out Vector512<float> y0, out Vector512<float> y1, out Vector512<float> y2, out Vector512<float> y3)
    {
        Vector512<float> s = m1 + m2, d = m1 - m2, u = m3 + m4, v = m3 - m4;
        y0 = m0 + s + u;
        y1 = Fma(2, v, d);
        y2 = Fma(4, u, s);
        y3 = Fma(8, v, d) + m5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void GradientLine(Vector512<float> y0, Vector512<float> y1, Vector512<float> y2, Vector512<float> y3, float* to, nint s)
    {
        Vector512<float> e = y0 + y2, o = y1 + y3, f = Fma(4, y2, y0), g = Fma(8, y3, y1 + y1);
        y0.Store(to);
        (e + o).Store(to + s);
        (e - o).Store(to + 2 * s);
        (f + g).Store(to + 3 * s);
        (f - g).Store(to + 4 * s);
        y3.Store(to + 5 * s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void WeightLine(Vector512<float> g0, Vector512<float> g1, Vector512<float> g2, float* to, nint s)
    {
        Vector512<float> a = (g0 + g2) * (-1f / 6), b = g1 * (1f / 6), c = Fma(1f / 24, g0, g2 * (1f / 6)), d = g1 * (1f / 12);
        (g0 * 0.25f).Store(to);
        (a - b).Store(to + s);
        (a + b).Store(to + 2 * s);
        (c + d).Store(to + 3 * s);
        (c - d).Store(to + 4 * s);
        g2.Store(to + 5 * s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void WeightGradientLine(Vector512<float> u0, Vector512<float> u1, Vector512<float> u2, Vector512<float> u3, Vector512<float> u4, Vector512<float> u5, float* to, nint s)
    {
        Vector512<float> a = (u1 + u2) * (-1f / 6), b = u3 + u4;
        Fma(0.25f, u0, Fma(1f / 24, b, a)).Store(to);
        Fma(1f / 12, u3 - u4, (u2 - u1) * (1f / 6)).Store(to + s);
        (Fma(1f / 6, b, a) + u5).Store(to + 2 * s);
    }
}
