namespace Gleaner;

/// <summary>How many directions an embedding uses, from the eigenvalues of its d x d second moments, over the rows of all views.</summary>
/// <param name="EffectiveRank">exp of the entropy of the singular values, scaled to sum 1 (Roy and Vetterli 2007), of the rows as they are: 1 if all are equal, d at most.</param>
/// <param name="CenteredEffectiveRank">The same for the rows less their mean; null if all rows are equal.</param>
/// <param name="StableRank">The sum of the covariance's eigenvalues over the largest: few weak directions do not raise it; null if all rows are equal.</param>
/// <param name="Spread">The mean over dimensions of the standard deviation times sqrt(d) (SimSiam, Chen and He 2021, arXiv:2011.10566): about 1 if rows lie all over the sphere, 0 if all are equal.</param>
public sealed record Spectrum(double EffectiveRank, double? CenteredEffectiveRank, double? StableRank, double Spread)
{
    const int Block = 64, MostParts = 8;

    internal static Spectrum Of(ViewRows rows, int threads, CancellationToken cancel)
    {
        int d = rows.Dimension, stride = WeightedSums.RoundUp(d, WeightedSums.Coordinates);
        long n = (long)rows.Images * rows.Views;
        var mean = rows.Mean([.. Enumerable.Range(0, rows.Images)]);
        var moments = Moments(rows, stride, threads, cancel);
        double[] plain = new double[d * d], centered = new double[d * d];
        double spread = 0;
        for (int a = 0; a < d; a++)
        {
            for (int b = 0; b < d; b++)
            {
                plain[a * d + b] = moments[a * stride + b] / n;
                centered[a * d + b] = plain[a * d + b] - mean[a] * mean[b];
            }
            spread += Math.Sqrt(Math.Max(0, centered[a * d + a])) / d;
        }
        double[] all = SymmetricEigenvalues.Of(plain, d);
        cancel.ThrowIfCancellationRequested();
        double[] around = SymmetricEigenvalues.Of(centered, d);
        // Rows of float32 that differ by its rounding alone are equal.
        bool isConstant = !(around[^1] > 1e-12);
        return new Spectrum(RankOf(all), isConstant ? null : RankOf(around), isConstant ? null : around.Sum(v => Math.Max(0, v)) / around[^1], spread * Math.Sqrt(d));
    }

    static double RankOf(double[] eigenvalues)
    {
        double[] singular = Array.ConvertAll(eigenvalues, v => v > 1e-15 * eigenvalues[^1] ? Math.Sqrt(v) : 0);
        double sum = singular.Sum();
        return Math.Exp(-singular.Sum(s => s > 0 ? s / sum * Math.Log(s / sum) : 0));
    }

    // sum x x^T in float64; parts depend on the number of images alone.
    static double[] Moments(ViewRows rows, int stride, int threads, CancellationToken cancel)
    {
        int d = rows.Dimension, blocks = (rows.Images + Block - 1) / Block, parts = Math.Min(MostParts, blocks);
        var sums = new double[parts][];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, p =>
        {
            var x = new float[Block * stride];
            var weights = new double[Block * stride];
            sums[p] = new double[stride * stride];
            for (int block = p * blocks / parts; block < (p + 1) * blocks / parts; block++)
                for (int v = 0; v < rows.Views; v++)
                {
                    int first = block * Block, count = Math.Min(Block, rows.Images - first);
                    for (int r = 0; r < count; r++) rows.Row(v, first + r).CopyTo(x.AsSpan(r * stride));
                    for (int k = 0; k < count * stride; k++) weights[k] = x[k];
                    WeightedSums.Add(x, stride, weights, stride, count, sums[p]);
                }
        });
        for (int p = 1; p < parts; p++)
            for (int k = 0; k < sums[0].Length; k++) sums[0][k] += sums[p][k];
        return sums[0];
    }
}
