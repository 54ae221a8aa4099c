namespace Gleaner;

/// <summary>Unit rows without classes that resemble given ones: drawn from the normal distribution with their mean and covariance, then scaled to unit length.</summary>
sealed class GaussianCloud
{
    /// <summary>A pivot below this share of the largest variance is rounding: the rows do not vary there any more.</summary>
    const double Rounding = 1e-10;

    readonly double[] _mean, _root;
    readonly int _d;

    GaussianCloud(double[] mean, double[] root) => (_mean, _root, _d) = (mean, root, mean.Length);

    /// <summary>O(n d^2 + d^3).</summary>
    public static GaussianCloud Like(EmbeddingMatrix rows)
    {
        var (mean, covariance) = Covariance.Of(rows, [.. Enumerable.Range(0, rows.Count)]);
        return new GaussianCloud(mean, Cholesky(covariance, mean.Length));
    }

    /// <summary>So many rows; the same seed draws the same.</summary>
    public EmbeddingMatrix Draw(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        var values = new float[checked(count * _d)];
        var normal = new double[_d];
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < _d; c++) normal[c] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()); // Box and Muller
            for (int a = 0; a < _d; a++)
                values[i * _d + a] = (float)(_mean[a] + System.Numerics.Tensors.TensorPrimitives.Dot<double>(_root.AsSpan(a * _d, a + 1), normal.AsSpan(0, a + 1)));
        }
        return EmbeddingMatrix.Normalize(values, count, _d, out _);
    }

    // L with L L' = covariance, row by row; directions without variance get a column of zeros.
    internal static double[] Cholesky(double[] covariance, int d)
    {
        var root = new double[d * d];
        double largest = 0;
        for (int a = 0; a < d; a++) largest = Math.Max(largest, covariance[a * d + a]);
        for (int a = 0; a < d; a++)
            for (int b = 0; b <= a; b++)
            {
                double left = covariance[a * d + b] - System.Numerics.Tensors.TensorPrimitives.Dot<double>(root.AsSpan(a * d, b), root.AsSpan(b * d, b));
                if (a == b) root[a * d + a] = left > Rounding * largest ? Math.Sqrt(left) : 0;
                else root[a * d + b] = root[b * d + b] > 0 ? left / root[b * d + b] : 0;
            }
        return root;
    }
}
