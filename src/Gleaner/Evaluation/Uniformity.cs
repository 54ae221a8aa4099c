using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>log E exp(-t |f(x) - f(y)|^2) over pairs of different images in the same view: 0 if all rows are equal, lower the more evenly they lie on the sphere.</summary>
/// <remarks>Wang and Isola 2020, arXiv:2005.10242, eq. 2.</remarks>
/// <param name="Value">The logarithm.</param>
/// <param name="Pairs">Over how many pairs.</param>
/// <param name="IsExact">True: over all of them. False: over pairs drawn with replacement.</param>
/// <param name="StandardError">Of the value, from drawing pairs; 0 if exact.</param>
public sealed record Uniformity(double Value, long Pairs, bool IsExact, double StandardError)
{
    const int PartRows = 512;

    internal static Uniformity? Of(ViewRows rows, GeometryOptions options, CancellationToken cancel)
    {
        if (rows.Images < 2) return null;
        long pairs = (long)rows.Images * (rows.Images - 1) / 2 * rows.Views;
        return pairs <= options.MaxExactPairs ? Exact(rows, pairs, options, cancel) : Sampled(rows, options);
    }

    static Uniformity Exact(ViewRows rows, long pairs, GeometryOptions options, CancellationToken cancel)
    {
        int n = rows.Images, parts = (n + PartRows - 1) / PartRows;
        float scale = 2 * (float)options.UniformityScale;
        double total = 0;
        for (int v = 0; v < rows.Views; v++)
        {
            var view = rows.Of(v);
            var packed = PackedRows.Pack(view.Values, n, view.Dimension);
            var sums = new double[parts];
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel }, p =>
                PairTiles.Visit(view.Values, p * PartRows, Math.Min(n, (p + 1) * PartRows), packed, p * PartRows, n, (i, column, s) =>
                {
                    if (column <= i) s = s[Math.Min(s.Length, i + 1 - column)..];
                    if (s.IsEmpty) return;
                    // -t |x - y|^2 = 2 t (s - 1) for unit rows.
                    TensorPrimitives.Subtract(s, 1, s);
                    TensorPrimitives.Multiply(s, scale, s);
                    TensorPrimitives.Exp<float>(s, s);
                    sums[p] += TensorPrimitives.Sum<float>(s);
                }));
            total += sums.Sum();
        }
        return new Uniformity(Math.Log(total / pairs), pairs, true, 0);
    }

    static Uniformity Sampled(ViewRows rows, GeometryOptions options)
    {
        var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)options.Seed));
        double sum = 0, squares = 0, m = options.SampledPairs;
        for (int k = 0; k < options.SampledPairs; k++)
        {
            int v = random.NextIndex(rows.Views), i = random.NextIndex(rows.Images), j = random.NextIndex(rows.Images - 1);
            if (j >= i) j++;
            double distance = TensorPrimitives.Distance(rows.Row(v, i), rows.Row(v, j)), value = Math.Exp(-options.UniformityScale * distance * distance);
            sum += value;
            squares += value * value;
        }
        double mean = sum / m, deviation = Math.Sqrt(Math.Max(0, squares / m - mean * mean) * m / (m - 1));
        return new Uniformity(Math.Log(mean), options.SampledPairs, false, deviation / Math.Sqrt(m) / mean); // d log E = dE / E
    }
}
