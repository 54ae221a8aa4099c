namespace Gleaner;

/// <summary>Along one axis: which input pixels, with which weights, make each output pixel.</summary>
/// <remarks>Pillow's precompute_coeffs (src/libImaging/Resample.c): when shrinking the kernel is widened, which is antialiasing.</remarks>
sealed class ResamplingTaps
{
    readonly int[] _starts;
    readonly float[] _weights;

    public ResamplingTaps(int inputSize, int outputSize, Interpolation interpolation)
    {
        double scale = inputSize / (double)outputSize, widening = Math.Max(scale, 1);
        double support = (interpolation == Interpolation.Bicubic ? 2 : 1) * widening;

        var (first, endExcl) = (new int[outputSize], new int[outputSize]);
        for (int o = 0; o < outputSize; o++)
        {
            double center = (o + 0.5) * scale;
            first[o] = Math.Max((int)(center - support + 0.5), 0);
            endExcl[o] = Math.Min((int)(center + support + 0.5), inputSize);
            Count = Math.Max(Count, endExcl[o] - first[o]);
        }

        _starts = new int[outputSize];
        _weights = new float[outputSize * Count];
        for (int o = 0; o < outputSize; o++)
        {
            // Every output has Count taps, some of weight 0, and none of them reads outside of the input.
            _starts[o] = Math.Min(first[o], inputSize - Count);
            double sum = 0, center = (o + 0.5) * scale;
            for (int i = first[o]; i < endExcl[o]; i++)
                sum += Kernel((i + 0.5 - center) / widening, interpolation);
            for (int i = first[o]; i < endExcl[o]; i++)
                _weights[o * Count + i - _starts[o]] = (float)(Kernel((i + 0.5 - center) / widening, interpolation) / sum);
        }
    }

    /// <summary>How many taps each output pixel has.</summary>
    public int Count { get; }

    /// <summary>Output pixel o reads the inputs Starts[o] .. Starts[o] + Count - 1.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary><see cref="Count"/> weights per output pixel, which sum to 1.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    static double Kernel(double x, Interpolation interpolation)
    {
        x = Math.Abs(x);
        if (interpolation == Interpolation.Bilinear)
            return Math.Max(0, 1 - x);
        const double a = -0.5;   // Keys 1981
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1
            : x < 2 ? (((x - 5) * x + 8) * x - 4) * a
            : 0;
    }
}
