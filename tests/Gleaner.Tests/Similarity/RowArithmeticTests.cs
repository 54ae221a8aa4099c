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
}
