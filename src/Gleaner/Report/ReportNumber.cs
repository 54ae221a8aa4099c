using System.Globalization;

namespace Gleaner;

/// <summary>Numbers as reports show them: the same in every culture.</summary>
static class ReportNumber
{
    /// <summary><c>50,000</c></summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>20</c>, <c>0.5</c>: a share in percent, without its sign.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A similarity or a gain: <c>0.713</c>; an empty text if there is none.</summary>
    public static string Score(double value) => double.IsNaN(value) ? "" : Math.Abs(value) is >= 1e5 or (> 0 and < 1e-3) ? value.ToString("0.00e0", CultureInfo.InvariantCulture) : value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary><c>0.4 s</c>, <c>1,204 s</c></summary>
    public static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture) + " s";

    /// <summary>Multiply-adds: <c>1.2e14</c>.</summary>
    public static string Work(double multiplyAdds) => multiplyAdds == 0 ? "0" : multiplyAdds.ToString("0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A number of images with its noun: <c>1 image</c>, <c>2,000 images</c>.</summary>
    public static string Images(long count) => Count(count) + (count == 1 ? " image" : " images");

    /// <summary>A coordinate of a drawing.</summary>
    public static string Place(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);
}
