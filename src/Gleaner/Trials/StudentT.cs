namespace Gleaner;

/// <summary>Student's t distribution for a whole number of degrees of freedom.</summary>
/// <remarks>Abramowitz and Stegun 1964, 26.7.3 and 26.7.4: with theta = arctan(t / sqrt(nu)), A(t | nu) = P(|T| &lt;= t) is a finite sum of powers of cos theta.</remarks>
public static class StudentT
{
    // Halvings of an interval shorter than 2: theta is then as exact as a double holds it.
    const int Halvings = 60;

    /// <summary>P(T &lt;= t). O(degrees).</summary>
    public static double Cumulative(double t, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        return (1 + Math.Sign(t) * Within(Math.Atan(Math.Abs(t) / Math.Sqrt(degrees)), degrees)) / 2;
    }

    /// <summary>The t with P(T &lt;= t) = <paramref name="probability"/>, which is more than 0 and less than 1; about ten digits are right between 0.001 and 0.999.</summary>
    public static double Quantile(double probability, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (probability is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected more than 0 and less than 1.");
        double within = Math.Abs(2 * probability - 1), low = 0, high = Math.PI / 2;
        for (int k = 0; k < Halvings; k++)
        {
            double theta = (low + high) / 2;
            if (Within(theta, degrees) < within) low = theta;
            else high = theta;
        }
        return probability == 0.5 ? 0 : Math.Sign(probability - 0.5) * Math.Sqrt(degrees) * Math.Tan((low + high) / 2);
    }

    // A(t | nu). The terms are 1, 1/2, (1 3)/(2 4), ... times even powers for even nu; 1, 2/3, (2 4)/(3 5), ... times odd powers for odd nu.
    static double Within(double theta, int nu)
    {
        bool odd = nu % 2 == 1;
        double cos = Math.Cos(theta), term = odd ? cos : 1, sum = 0;
        for (int power = odd ? 1 : 0; power <= nu - 2; power += 2)
        {
            sum += term;
            term *= cos * cos * (power + 1) / (power + 2);
        }
        return odd ? 2 / Math.PI * (theta + Math.Sin(theta) * sum) : Math.Sin(theta) * sum;
    }
}
