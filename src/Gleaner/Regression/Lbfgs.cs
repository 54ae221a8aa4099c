using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>Minimises a smooth function by limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithms 7.4, 7.5), two-loop recursion.</summary>
sealed class Lbfgs(Lbfgs.Objective objective, int history = 10)
{
    /// <summary>The function at <paramref name="x"/>; writes its gradient.</summary>
    public delegate double Objective(ReadOnlySpan<double> x, Span<double> gradient);

    /// <summary>Where it ended, and the largest entry of the gradient there.</summary>
    public sealed record Result(double[] X, double Value, double LargestGradient, int Iterations, bool Converged);

    readonly List<(double[] Step, double[] Change, double Curvature)> _pairs = [];

    /// <summary>Ends when no entry of the gradient is larger than <paramref name="tolerance"/>, after so many iterations, or when no step helps any more.</summary>
    public Result Minimize(double[] start, int maxIterations, double tolerance, Action<int, double, double>? report = null)
    {
        double[] x = [.. start], gradient = new double[x.Length];
        double value = objective(x, gradient);
        int iteration = 0;
        while (iteration < maxIterations && Largest(gradient) > tolerance)
        {
            var direction = Direction(gradient);
            double slope = TensorPrimitives.Dot<double>(gradient, direction);
            double first = _pairs.Count > 0 ? 1 : Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient));
            var found = slope < 0 ? new LineSearch(objective, x, direction, value, slope).Find(first) : null;
            if (found is null)
            {
                if (_pairs.Count == 0) break; // not even downhill: what is left is rounding
                _pairs.Clear();
                continue;
            }
            Remember(x, gradient, found);
            (x, gradient, value) = (found.X, found.Gradient, found.Value);
            iteration++;
            report?.Invoke(iteration, value, Largest(gradient));
        }
        double largest = Largest(gradient);
        return new Result(x, value, largest, iteration, largest <= tolerance);
    }

    static double Largest(ReadOnlySpan<double> gradient) => Math.Abs(TensorPrimitives.MaxMagnitude(gradient));

    // -H g, H from the last steps.
    double[] Direction(double[] gradient)
    {
        double[] q = [.. gradient];
        var alpha = new double[_pairs.Count];
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            var (s, y, curvature) = _pairs[i];
            alpha[i] = TensorPrimitives.Dot<double>(s, q) / curvature;
            TensorPrimitives.MultiplyAdd(y, -alpha[i], q, q);
        }
        if (_pairs.Count > 0) TensorPrimitives.Multiply(q, _pairs[^1].Curvature / TensorPrimitives.SumOfSquares<double>(_pairs[^1].Change), q);
        for (int i = 0; i < _pairs.Count; i++)
        {
            var (s, y, curvature) = _pairs[i];
            double beta = TensorPrimitives.Dot<double>(y, q) / curvature;
            TensorPrimitives.MultiplyAdd(s, alpha[i] - beta, q, q);
        }
        TensorPrimitives.Negate<double>(q, q);
        return q;
    }

    void Remember(double[] x, double[] gradient, LineSearch.Point found)
    {
        double[] step = new double[x.Length], change = new double[x.Length];
        TensorPrimitives.Subtract(found.X, x, step);
        TensorPrimitives.Subtract<double>(found.Gradient, gradient, change);
        double curvature = TensorPrimitives.Dot<double>(step, change);
        if (!(curvature > 1e-14 * TensorPrimitives.SumOfSquares<double>(change))) return; // keeps H positive definite
        if (_pairs.Count == history) _pairs.RemoveAt(0);
        _pairs.Add((step, change, curvature));
    }
}
