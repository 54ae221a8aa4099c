namespace Gleaner;

/// <summary>How labelled images that a fit did not see are named by it.</summary>
/// <param name="Images">How many were held out, once each.</param>
/// <param name="Correct">How many of them got their own label.</param>
/// <param name="Confusion">[own, named]: how many images of a class got each class, in ascending order of label.</param>
public sealed record HeldOutAgreement(int Images, int Correct, int[,] Confusion)
{
    const double Z = 1.959964; // 95 % of the normal distribution

    /// <summary>The share named rightly.</summary>
    public double Accuracy => (double)Correct / Images;

    /// <summary>Where that share lies for images like these, with 95 % confidence (Wilson 1927). It leaves out that the regularisation was chosen for it, which makes it a little high.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            double n = Images, p = Accuracy, middle = p + Z * Z / (2 * n), half = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)), scale = 1 + Z * Z / n;
            return (Math.Max(0, (middle - half) / scale), Math.Min(1, (middle + half) / scale));
        }
    }
}
