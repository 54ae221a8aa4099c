using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>The mean and the d x d covariance of rows, in float64; the covariance divides by their number. O(n d^2).</summary>
static class Covariance
{
    const int Block = 64;

    /// <summary>Of the rows <paramref name="images"/>, in their order. The rows less their mean are multiplied, so that nothing cancels.</summary>
    public static (double[] Mean, double[] Covariance) Of(EmbeddingMatrix rows, ReadOnlySpan<int> images)
    {
        int d = rows.Dimension, stride = WeightedSums.RoundUp(d, WeightedSums.Coordinates);
        var mean = new double[d];
        RowArithmetic.AddRows(rows.Values, images, mean);
        TensorPrimitives.Divide(mean, (double)images.Length, mean);

        var x = new float[Block * stride];
        var weights = new double[Block * stride];
        var sums = new double[stride * stride];
        for (int first = 0; first < images.Length; first += Block)
        {
            int count = Math.Min(Block, images.Length - first);
            for (int r = 0; r < count; r++)
            {
                var row = rows.Row(images[first + r]);
                for (int a = 0; a < d; a++) weights[r * stride + a] = x[r * stride + a] = (float)(row[a] - mean[a]);
            }
            WeightedSums.Add(x, stride, weights, stride, count, sums);
        }
        var covariance = new double[d * d];
        for (int a = 0; a < d; a++)
            for (int b = 0; b < d; b++) covariance[a * d + b] = sums[a * stride + b] / images.Length;
        return (mean, covariance);
    }
}
