using Xunit;

namespace Gleaner.Tests.Similarity;

public sealed class RowArithmeticTests
{
    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(37), InlineData(512)]
    public void A_product_is_that_of_a_plain_loop(int d)
    {
        var random = new Random(d);
        float[] a = [.. Enumerable.Range(0, d).Select(_ => random.NextSingle() - 0.5f)], b = [.. Enumerable.Range(0, d).Select(_ => random.NextSingle() - 0.5f)];

        double plain = 0;
        for (int k = 0; k < d; k++) plain += (double)a[k] * b[k];

        Assert.Equal(plain, RowArithmetic.Product(a, b), 1e-13); // float64 sums in another order
    }

    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(37), InlineData(512)]
    public void A_sum_above_a_cover_is_that_of_a_plain_loop(int n)
    {
        var random = new Random(n);
        float[] row = [.. Enumerable.Range(0, n + 3).Select(_ => random.Next(-64, 64) / 64f)], covered = [.. Enumerable.Range(0, n).Select(_ => random.Next(0, 64) / 64f)];

        Assert.Equal(Enumerable.Range(0, n).Sum(i => Math.Max(0, (double)row[i] - covered[i])), RowArithmetic.SumAbove(row, covered)); // exact in any order
    }
}
