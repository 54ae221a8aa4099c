using System.Numerics;

namespace Gleaner.Torch;

/// <summary>The passes of batch normalization over numbers (rows, C), each channel by itself.</summary>
/// <remarks>
/// Sums are float32 within blocks of 128 rows and float64 over blocks, in ascending order: no result depends on the number of threads. Within a block squares are those of the
/// differences to its first row, so a mean far from zero costs no digits.
/// </remarks>
sealed unsafe class ChannelRows(long rows, int channels, int threads)
{
    const int Block = 128;

    static int Lanes => Vector<float>.Count;

    int Blocks => (int)((rows + Block - 1) / Block);

    /// <summary>Numbers that are worth a thread's while.</summary>
    long Grain => Math.Max(1, (1 << 15) / channels / Block) * Block;

    /// <summary>Each channel's mean and sum of squared differences to it.</summary>
    public void Moments(float* x, Span<double> mean, Span<double> squares)
    {
        using NativeFloats means = new((long)Blocks * channels), deviations = new((long)Blocks * channels);
        Each((block, first, count) =>
        {
            float* from = x + first * channels, m = means.Start + block * channels, d = deviations.Start + block * channels;
            int c = 0;
            for (; c <= channels - Lanes; c += Lanes)
            {
                Vector<float> start = Vector.Load(from + c), s = default, q = default;
                float* at = from + c;
                for (int r = 0; r < count; r++, at += channels)
                {
                    var v = Vector.Load(at) - start;
                    s += v;
                    q += v * v;
                }
                var average = s * (1f / count);
                (start + average).Store(m + c);
                (q - s * average).Store(d + c);
            }
            for (; c < channels; c++)
            {
                float start = from[c], s = 0, q = 0;
                for (int r = 0; r < count; r++)
                {
                    float v = from[(nint)r * channels + c] - start;
                    s += v;
                    q += v * v;
                }
                float average = s * (1f / count);
                (m[c], d[c]) = (start + average, q - s * average);
            }
        });
        AddBlocks(means.Start, mean, weighted: true);
        for (int c = 0; c < channels; c++) mean[c] /= rows;
        AddBlocks(deviations.Start, squares, weighted: false);
        for (int block = 0; block < Blocks; block++)
            for (int c = 0; c < channels; c++)
            {
                double difference = means.Start[(nint)block * channels + c] - mean[c];
                squares[c] += Count(block) * difference * difference;
            }
    }

    /// <summary>y = x scale + shift, plus the residual where there is one, and without what is negative if <paramref name="relu"/>.</summary>
    public void Normalize(float* x, float* scale, float* shift, float* residual, bool relu, float* y) => Shares.Ranges(rows, Grain, threads, (from, to) =>
    {
        for (long r = from; r < to; r++)
        {
            nint at = (nint)r * channels;
            int c = 0;
            for (; c <= channels - Lanes; c += Lanes)
            {
                var v = Vector.FusedMultiplyAdd(Vector.Load(x + at + c), Vector.Load(scale + c), Vector.Load(shift + c));
                if (residual != null) v += Vector.Load(residual + at + c);
                if (relu) v = Vector.MaxNative(Vector<float>.Zero, v);   // the second where one is NaN
                v.Store(y + at + c);
            }
            for (; c < channels; c++)
            {
                float v = MathF.FusedMultiplyAdd(x[at + c], scale[c], shift[c]);
                if (residual != null) v += residual[at + c];
                y[at + c] = relu && v <= 0 ? 0 : v;
            }
        }
    });

    /// <summary>Each channel's sums of g and of g (x - mean), where g is dy, or 0 where the rectified <paramref name="y"/> (may be null) is 0.</summary>
    public void GradientSums(float* dy, float* y, float* x, float* mean, Span<double> sum, Span<double> product)
    {
        using NativeFloats sums = new((long)Blocks * channels), products = new((long)Blocks * channels);
        Each((block, first, count) =>
        {
            nint start = (nint)first * channels, into = (nint)block * channels;
            int c = 0;
            for (; c <= channels - Lanes; c += Lanes)
            {
                Vector<float> center = Vector.Load(mean + c), s = default, p = default;
                nint at = start + c;
                for (int r = 0; r < count; r++, at += channels)
                {
                    var g = Gradient(dy, y, at);
                    s += g;
                    p += g * (Vector.Load(x + at) - center);
                }
                s.Store(sums.Start + into + c);
                p.Store(products.Start + into + c);
            }
            for (; c < channels; c++)
            {
                float s = 0, p = 0;
                nint at = start + c;
                for (int r = 0; r < count; r++, at += channels)
                {
                    float g = y != null && y[at] <= 0 ? 0 : dy[at];
                    s += g;
                    p += g * (x[at] - mean[c]);
                }
                (sums.Start[into + c], products.Start[into + c]) = (s, p);
            }
        });
        AddBlocks(sums.Start, sum, weighted: false);
        AddBlocks(products.Start, product, weighted: false);
    }

    /// <summary>dx = g scale + (x - mean) slope + shift, and g itself into <paramref name="residual"/> unless that is null; g as in <see cref="GradientSums"/>.</summary>
    public void Gradients(float* dy, float* y, float* x, float* mean, float* scale, float* slope, float* shift, float* dx, float* residual) => Shares.Ranges(rows, Grain, threads, (from, to) =>
    {
        for (long r = from; r < to; r++)
        {
            nint at = (nint)r * channels;
            int c = 0;
            for (; c <= channels - Lanes; c += Lanes)
            {
                var g = Gradient(dy, y, at + c);
                if (residual != null) g.Store(residual + at + c);
                Vector.FusedMultiplyAdd(g, Vector.Load(scale + c), Vector.FusedMultiplyAdd(Vector.Load(x + at + c) - Vector.Load(mean + c), Vector.Load(slope + c), Vector.Load(shift + c))).Store(dx + at + c);
            }
            for (; c < channels; c++)
            {
                float g = y != null && y[at + c] <= 0 ? 0 : dy[at + c];
                if (residual != null) residual[at + c] = g;
                dx[at + c] = MathF.FusedMultiplyAdd(g, scale[c], MathF.FusedMultiplyAdd(x[at + c] - mean[c], slope[c], shift[c]));
            }
        }
    });

    static Vector<float> Gradient(float* dy, float* y, nint at)
    {
        var g = Vector.Load(dy + at);
        return y == null ? g : Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Load(y + at), Vector<float>.Zero), Vector<float>.Zero, g);
    }

    int Count(int block) => (int)Math.Min(Block, rows - (long)block * Block);

    void Each(Action<nint, nint, int> body) => Shares.Ranges(rows, Grain, threads, (from, to) =>
    {
        for (long first = from; first < to; first += Block) body((nint)(first / Block), (nint)first, (int)Math.Min(Block, to - first));
    });

    void AddBlocks(float* blocks, Span<double> sums, bool weighted)
    {
        sums.Clear();
        for (int block = 0; block < Blocks; block++)
        {
            double weight = weighted ? Count(block) : 1;
            for (int c = 0; c < channels; c++) sums[c] += weight * blocks[(nint)block * channels + c];
        }
    }
}
