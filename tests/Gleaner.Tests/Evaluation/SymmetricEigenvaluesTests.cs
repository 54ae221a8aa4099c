using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class SymmetricEigenvaluesTests
{
    /// Sums of a few outer products: all other eigenvalues are rounding, of which no two parts need agree to their own last digit.
    [Fact]
    public void Few_directions_among_many_have_their_number_and_their_trace() =>
        Gen.Select(Gen.Int[20, 140], Gen.Int[1, 12], Gen.Int[-6, 6], Gen.ULong).Sample((n, rank, power, seed) =>
        {
            var random = new Random((int)(seed % int.MaxValue));
            var matrix = new double[n * n];
            for (int r = 0; r < rank; r++)
            {
                double[] x = [.. Enumerable.Range(0, n).Select(_ => Math.Pow(10, power / 2.0) * (random.NextDouble() - 0.5))];
                for (int a = 0; a < n; a++)
                    for (int b = 0; b < n; b++) matrix[a * n + b] += x[a] * x[b];
            }
            double trace = Enumerable.Range(0, n).Sum(a => matrix[a * n + a]);

            double[] values = SymmetricEigenvalues.Of([.. matrix], n);

            Assert.Equal(values.Order(), values);
            Assert.Equal(trace, values.Sum(), 1e-11 * trace);
            Assert.Equal(rank, values.Count(v => v > 1e-10 * trace));
            Assert.All(values[..^rank], v => Assert.InRange(v, -1e-13 * trace, 1e-13 * trace));
        }, iter: 300);
}
