using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>All eigenvalues of a symmetric matrix: Householder's tridiagonal form, then QL with implicit shifts (Golub and Van Loan, sections 8.3.1 and 8.3.3). O(n^3), float64.</summary>
static class SymmetricEigenvalues
{
    /// <summary>A step of QL at most so many times for each eigenvalue; three are usual.</summary>
    const int MostSteps = 60;

    /// <summary>In ascending order. <paramref name="matrix"/>, n x n row by row, is destroyed.</summary>
    public static double[] Of(double[] matrix, int n)
    {
        double[] diagonal = new double[n], beside = new double[n];
        Reduce(matrix, n, diagonal, beside);
        Diagonalize(diagonal, beside);
        Array.Sort(diagonal);
        return diagonal;
    }

    // A <- H A H, one column after the other, from the first; the part that is left is the square behind column k.
    static void Reduce(double[] a, int n, double[] diagonal, double[] beside)
    {
        double[] v = new double[n], p = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            diagonal[k] = a[k * n + k];
            int m = n - k - 1;
            var x = a.AsSpan(k * n + k + 1, m);
            double norm = TensorPrimitives.Norm<double>(x), alpha = x[0] > 0 ? -norm : norm;
            beside[k] = alpha;
            if (m == 1 || TensorPrimitives.Norm<double>(x[1..]) == 0)
            {
                beside[k] = x[0];
                continue;
            }
            var u = v.AsSpan(0, m);
            x.CopyTo(u);
            u[0] -= alpha;
            double half = TensorPrimitives.SumOfSquares<double>(u) / 2;
            var q = p.AsSpan(0, m);
            for (int r = 0; r < m; r++) q[r] = TensorPrimitives.Dot<double>(a.AsSpan((k + 1 + r) * n + k + 1, m), u) / half;
            TensorPrimitives.MultiplyAdd(u, -TensorPrimitives.Dot<double>(u, q) / (2 * half), q, q);
            for (int r = 0; r < m; r++)
            {
                var row = a.AsSpan((k + 1 + r) * n + k + 1, m);
                TensorPrimitives.MultiplyAdd(u, -q[r], row, row);
                TensorPrimitives.MultiplyAdd(q, -u[r], row, row);
            }
        }
        diagonal[n - 1] = a[n * n - 1];
    }

    // e[i] stands beside d[i] and d[i + 1].
    static void Diagonalize(double[] d, double[] e)
    {
        int n = d.Length;
        // What is as small as the rounding of the whole matrix is 0: among eigenvalues that are rounding themselves, a number beside them need never become small against them.
        double rounding = 1.1e-16 * Enumerable.Range(0, n).Max(i => Math.Abs(d[i]) + Math.Abs(e[i]));
        for (int l = 0; l < n; l++)
        {
            for (int step = 0; ; step++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > Math.Max(rounding, 1.1e-16 * (Math.Abs(d[m]) + Math.Abs(d[m + 1])))) m++;
                if (m == l) break;
                if (step == MostSteps) throw new ArithmeticException($"Eigenvalue {l} of {n} has not converged after {MostSteps} steps; the matrix may hold numbers that are not finite.");
                double g = (d[l + 1] - d[l]) / (2 * e[l]), r = double.Hypot(g, 1), s = 1, c = 1, p = 0;
                g = d[m] - d[l] + e[l] / (g + Math.CopySign(r, g));
                int i = m - 1;
                for (; i >= l; i--)
                {
                    double f = s * e[i], b = c * e[i];
                    e[i + 1] = r = double.Hypot(f, g);
                    if (r == 0)
                    {
                        d[i + 1] -= p;
                        e[m] = 0;
                        break;
                    }
                    (s, c) = (f / r, g / r);
                    g = d[i + 1] - p;
                    r = (d[i] - g) * s + 2 * c * b;
                    p = s * r;
                    d[i + 1] = g + p;
                    g = c * r - b;
                }
                if (r == 0 && i >= l) continue;
                d[l] -= p;
                e[l] = g;
                e[m] = 0;
            }
        }
    }
}
