using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>The normalised, temperature-scaled cross entropy of SimCLR: every view must find the other view of its image among all views of the batch.</summary>
/// <remarks>Chen et al. 2020, eq. 1 (arXiv:2002.05709): l(i,j) = -log exp(s_ij / t) / sum_{k != i} exp(s_ik / t), s the cosine; the mean over both orders of all pairs.</remarks>
public static class NtXent
{
    /// <summary>The loss, a scalar.</summary>
    /// <param name="z">Projections (2N, d), of any length: row i and row N + i are two views of one image.</param>
    /// <param name="temperature">t &gt; 0.</param>
    /// <param name="difficult">Pairs with a temperature of their own; null for none.</param>
    public static Tensor Loss(Tensor z, double temperature, DifficultPairs? difficult = null)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        long views = z.shape[0];
        if (views % 2 != 0) throw new ArgumentException($"{views} rows; expected an even number, first all first views and then all second views.", nameof(z));

        using var scope = NewDisposeScope();
        var u = nn.functional.normalize(z, p: 2, dim: 1);
        var self = eye(views, dtype: ScalarType.Bool, device: z.device);
        var s = MatrixProduct.OfRows(u, u).div_(temperature);                                // (2N, 2N)
        if (difficult is not null && views > 2) s = s * Scales(s.detach(), self, difficult);
        s = s.masked_fill_(self, float.NegativeInfinity);
        var partner = arange(views, device: z.device).roll(views / 2);                       // i -> i + N mod 2N
        return nn.functional.cross_entropy(s, partner).MoveToOuterDisposeScope();
    }

    /// <summary>1 / scale where views of different images are difficult to tell apart, 1 elsewhere; no gradient flows through the choice.</summary>
    static Tensor Scales(Tensor s, Tensor self, DifficultPairs difficult)
    {
        long views = s.shape[0];
        var negative = (self | self.roll(views / 2, 0)).logical_not();
        var sorted = s.masked_select(negative).sort(descending: true).Values;                // 2N (2N - 2) similarities
        long from = (long)Math.Round(difficult.SkippedShare * sorted.shape[0]);
        long to = Math.Clamp((long)Math.Round((difficult.SkippedShare + difficult.Share) * sorted.shape[0]), from + 1, sorted.shape[0]);
        var chosen = negative & (s <= sorted[Math.Min(from, sorted.shape[0] - 1)]) & (s >= sorted[to - 1]);
        return where(chosen, 1 / difficult.TemperatureScale, 1.0).to(s.dtype);
    }
}
