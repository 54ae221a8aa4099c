using System.Globalization;

namespace Gleaner;

/// <summary>Accuracies and their differences as percentage points with one decimal, for people.</summary>
static class Points
{
    /// <summary><c>71.2</c>, <c>-0.4</c></summary>
    public static string Of(double share) => Rounded(share).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary><c>+71.2</c>, <c>-0.4</c>, <c>0.0</c></summary>
    public static string Signed(double share) => Rounded(share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    // Adding zero makes a negative zero positive.
    static double Rounded(double share) => Math.Round(100 * share, 1) + 0.0;
}
