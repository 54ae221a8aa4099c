using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>A step along a direction that satisfies the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), by cubic interpolation.</summary>
/// <param name="objective">The function.</param>
/// <param name="start">Where it begins.</param>
/// <param name="direction">Downhill.</param>
/// <param name="value">The function at the start.</param>
/// <param name="slope">Its derivative along the direction there, below 0.</param>
sealed class LineSearch(Lbfgs.Objective objective, double[] start, double[] direction, double value, double slope)
{
    const double Decrease = 1e-4, Curvature = 0.9; // c1 and c2, as usual for quasi-Newton directions
    const int MostEvaluations = 25;

    /// <summary>A rise of this share is float32's rounding, not the function's; the slopes decide there (Hager and Zhang 2005).</summary>
    const double Rounding = 1e-8;

    int _evaluations;

    /// <summary>The function at a step, and its derivative along the direction.</summary>
    public sealed record Point(double Step, double[] X, double Value, double[] Gradient, double Slope);

    /// <summary>A good point, or null if none was found.</summary>
    public Point? Find(double first)
    {
        var before = new Point(0, start, value, [], slope);
        double step = first;
        while (_evaluations < MostEvaluations)
        {
            var at = Evaluate(step);
            if (!double.IsFinite(at.Value) || !Falls(at) || at.Value >= before.Value + Slack && before.Step > 0) return Zoom(before, at);
            if (Math.Abs(at.Slope) <= -Curvature * slope) return at;
            if (at.Slope >= 0) return Zoom(at, before);
            before = at;
            step *= 2.5;
        }
        return null;
    }

    double Slack => Rounding * Math.Max(1e-3, Math.Abs(value));

    bool Falls(Point at) => at.Value <= value + Decrease * at.Step * slope + Slack;

    // low has the lowest value so far that falls enough, and its slope points to high.
    Point? Zoom(Point low, Point high)
    {
        while (_evaluations < MostEvaluations)
        {
            var at = Evaluate(Between(low, high));
            if (!double.IsFinite(at.Value) || !Falls(at) || at.Value >= low.Value + Slack) high = at;
            else
            {
                if (Math.Abs(at.Slope) <= -Curvature * slope) return at;
                if (at.Slope * (high.Step - low.Step) >= 0) high = low;
                low = at;
            }
            if (Math.Abs(high.Step - low.Step) <= 1e-12 * Math.Max(low.Step, high.Step)) break;
        }
        return low.Step > 0 && low.Value < value ? low : null;
    }

    // The minimum of the cubic through both ends, kept away from them.
    static double Between(Point low, Point high)
    {
        double width = high.Step - low.Step, middle = low.Step + width / 2;
        if (!double.IsFinite(high.Value)) return low.Step + width / 10;
        double d1 = low.Slope + high.Slope - 3 * (high.Value - low.Value) / width, square = d1 * d1 - low.Slope * high.Slope;
        if (!(square >= 0)) return middle;
        double d2 = Math.Sign(width) * Math.Sqrt(square), step = high.Step - width * (high.Slope + d2 - d1) / (high.Slope - low.Slope + 2 * d2);
        double share = (step - low.Step) / width;
        return share is >= 0.1 and <= 0.9 ? step : double.IsNaN(share) ? middle : low.Step + Math.Clamp(share, 0.1, 0.9) * width;
    }

    Point Evaluate(double step)
    {
        _evaluations++;
        double[] x = new double[start.Length], gradient = new double[start.Length];
        TensorPrimitives.MultiplyAdd(direction, step, start, x);
        double at = objective(x, gradient);
        return new Point(step, x, at, gradient, TensorPrimitives.Dot<double>(gradient, direction));
    }
}
