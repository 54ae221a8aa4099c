using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>The eigenvector of a symmetric matrix for an eigenvalue that is known: inverse iteration (Golub and Van Loan, section 7.6.1). O(n^3), float64.</summary>
static class Eigenvector
{
    // One step is exact to rounding as a rule; the others serve eigenvalues that lie close together.
    const int Steps = 4;

    /// <summary>Of length 1, at right angles to <paramref name="others"/>, with its largest coordinate positive. Equal eigenvalues give some basis of their space, always the same.</summary>
    public static double[] Of(ReadOnlySpan<double> matrix, int n, double eigenvalue, ReadOnlySpan<double[]> others)
    {
        // In units of the largest entry, so that the smallest numbers are solved like others; of a matrix of zeros every vector is an eigenvector.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(matrix)), unit = largest > 0 ? largest : 1;
        double[] lu = new double[matrix.Length];
        TensorPrimitives.Divide(matrix, unit, lu);
        // A shift beside the eigenvalue keeps the system solvable; what the eigenvector gains on the others is 1 / the shift's distance.
        for (int a = 0; a < n; a++) lu[a * n + a] -= eigenvalue / unit + 1e-13;
        int[] order = Factor(lu, n, least: 1e-15);

        double[] x = Start(n, others);
        for (int step = 0; step < Steps; step++)
        {
            x = Solve(lu, order, x, n);
            Orthonormalize(x, others);
        }
        if (x[TensorPrimitives.IndexOfMaxMagnitude<double>(x)] < 0) TensorPrimitives.Negate(x, x);
        return x;
    }

    // No symmetric direction, which an eigenvector might be at right angles to; the next one if the others span it.
    static double[] Start(int n, ReadOnlySpan<double[]> others)
    {
        for (int seed = 1; seed <= n + 1; seed++)
        {
            var random = new Random(seed);
            double[] x = [.. Enumerable.Range(0, n).Select(_ => 0.5 + random.NextDouble())];
            if (Orthonormalize(x, others)) return x;
        }
        throw new ArithmeticException($"No direction of {n} is at right angles to the {others.Length} found; the matrix may hold numbers that are not finite.");
    }

    // Twice, because what rounding leaves of the others grows when x is short.
    static bool Orthonormalize(double[] x, ReadOnlySpan<double[]> others)
    {
        TensorPrimitives.Divide(x, TensorPrimitives.Norm<double>(x), x);
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] other in others) TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, x), x, x);
            double norm = TensorPrimitives.Norm<double>(x);
            if (!(norm > 1e-8)) return false;
            TensorPrimitives.Divide(x, norm, x);
        }
        return true;
    }

    // P A = L U in place, with partial pivoting; a pivot of zero becomes the least that counts.
    static int[] Factor(double[] a, int n, double least)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int r = k + 1; r < n; r++)
                if (Math.Abs(a[order[r] * n + k]) > Math.Abs(a[order[pivot] * n + k])) pivot = r;
            (order[k], order[pivot]) = (order[pivot], order[k]);
            var top = a.AsSpan(order[k] * n + k, n - k);
            if (Math.Abs(top[0]) < least) top[0] = least;
            for (int r = k + 1; r < n; r++)
            {
                var row = a.AsSpan(order[r] * n + k, n - k);
                double factor = row[0] / top[0];
                TensorPrimitives.MultiplyAdd(top[1..], -factor, row[1..], row[1..]);
                row[0] = factor;
            }
        }
        return order;
    }

    static double[] Solve(double[] lu, int[] order, double[] b, int n)
    {
        var x = new double[n];
        for (int r = 0; r < n; r++) x[r] = b[order[r]] - TensorPrimitives.Dot<double>(lu.AsSpan(order[r] * n, r), x.AsSpan(0, r));
        for (int r = n - 1; r >= 0; r--) x[r] = (x[r] - TensorPrimitives.Dot<double>(lu.AsSpan(order[r] * n + r + 1, n - r - 1), x.AsSpan(r + 1))) / lu[order[r] * n + r];
        return x;
    }
}
