using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// Mean over images of -log p(class | x) plus lambda / 2 |W|^2, and its gradient, where p is the softmax of W x + b; b has no decay.
/// Parameters: K rows of weights of <see cref="Stride"/> numbers, then K intercepts.
/// </summary>
/// <remarks>
/// Inner products over coordinates are in float32, everything else, the sums over images above all, in float64. Images are dealt into parts that
/// depend on their number alone, and parts are added in order, so that threads change nothing.
/// </remarks>
sealed class SoftmaxRegression(float[] rows, int stride, int[] classOf, int classes, int threads)
{
    /// <summary>Rows that stay in the second-level cache between their two uses.</summary>
    const int Block = 64;

    /// <summary>At most so many parts have sums of their own.</summary>
    const int MostParts = 16;

    readonly int _width = WeightedSums.RoundUp(classes, WeightedSums.Together);

    public int Stride => stride;

    public int Parameters => classes * (stride + 1);

    /// <summary>The objective at <paramref name="parameters"/>; writes the gradient.</summary>
    public double Evaluate(ReadOnlySpan<double> parameters, double weightDecay, Span<double> gradient, CancellationToken cancel)
    {
        int n = classOf.Length, blocks = (n + Block - 1) / Block, parts = Math.Min(MostParts, blocks);
        var packed = Pack(parameters, stride, classes);
        double[] intercepts = parameters[(classes * stride)..].ToArray();
        var losses = new double[parts];
        var sums = new double[parts][];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, p =>
        {
            var sum = sums[p] = new double[_width * stride + classes];
            var logits = new double[Block * classes];
            var weights = new double[Block * _width];
            for (int block = p * blocks / parts; block < (p + 1) * blocks / parts; block++)
            {
                int first = block * Block, count = Math.Min(Block, n - first);
                var x = rows.AsSpan(first * stride, count * stride);
                Logits(x, packed, intercepts, count, logits);
                for (int r = 0; r < count; r++)
                {
                    var weight = weights.AsSpan(r * _width, classes);
                    losses[p] += Residual(logits.AsSpan(r * classes, classes), classOf[first + r], weight);
                    TensorPrimitives.Add(weight, sum.AsSpan(_width * stride), sum.AsSpan(_width * stride));
                }
                WeightedSums.Add(x, stride, weights, _width, count, sum);
            }
        });

        gradient.Clear();
        double loss = 0;
        for (int p = 0; p < parts; p++)
        {
            loss += losses[p];
            TensorPrimitives.Add(gradient[..(classes * stride)], sums[p].AsSpan(0, classes * stride), gradient);
            TensorPrimitives.Add(gradient[(classes * stride)..], sums[p].AsSpan(_width * stride), gradient[(classes * stride)..]);
        }
        TensorPrimitives.Divide(gradient, n, gradient);
        var w = parameters[..(classes * stride)];
        TensorPrimitives.MultiplyAdd(w, weightDecay, gradient[..w.Length], gradient);
        return loss / n + weightDecay / 2 * TensorPrimitives.SumOfSquares(w);
    }

    /// <summary>The weights as rows for inner products.</summary>
    public static PackedRows Pack(ReadOnlySpan<double> parameters, int stride, int classes)
    {
        var weights = new float[classes * stride];
        TensorPrimitives.ConvertTruncating(parameters[..weights.Length], weights);
        return PackedRows.Pack(weights, classes, stride);
    }

    /// <summary>logits[r K + k] = &lt;x_r, w_k&gt; + b_k for <paramref name="count"/> rows.</summary>
    public static void Logits(ReadOnlySpan<float> rows, PackedRows weights, ReadOnlySpan<double> intercepts, int count, Span<double> logits)
    {
        Span<float> tile = stackalloc float[PackedRows.TileRows * PackedRows.TileColumns];
        float[]? filled = null;
        int classes = weights.Count;
        for (int first = 0; first < count; first += PackedRows.TileRows)
        {
            var eight = PackedRows.Strip(rows[..(count * weights.Dimension)], first, PackedRows.TileRows, weights.Dimension, ref filled);
            for (int panel = 0; panel < weights.Panels;)
            {
                int panels = weights.MultiplyTiles(eight, PackedRows.TileRows, panel, weights.Panels, tile), k = panel * PackedRows.PanelRows;
                int end = Math.Min(classes, k + panels * PackedRows.PanelRows);
                for (int r = first; r < Math.Min(count, first + PackedRows.TileRows); r++)
                    for (int c = k; c < end; c++) logits[r * classes + c] = tile[(r - first) * PackedRows.TileColumns + c - k] + intercepts[c];
                panel += panels;
            }
        }
    }

    /// <summary>-log p(own).</summary>
    public static double Loss(ReadOnlySpan<double> logits, int own)
    {
        double largest = TensorPrimitives.Max(logits), total = 0;
        foreach (double logit in logits) total += Math.Exp(logit - largest);
        return Math.Log(total) + largest - logits[own];
    }

    /// <summary>-log p(own); writes p_k - [k = own].</summary>
    public static double Residual(Span<double> logits, int own, Span<double> residual)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<double>(logits), logits);
        TensorPrimitives.Exp<double>(logits, residual);
        double total = TensorPrimitives.Sum<double>(residual);
        TensorPrimitives.Divide(residual, total, residual);
        residual[own] -= 1;
        return Math.Log(total) - logits[own];
    }
}
