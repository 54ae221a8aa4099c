namespace Gleaner;

/// <summary>How many test images of one class a probe named rightly.</summary>
/// <param name="Label">The label the class was given as.</param>
/// <param name="Images">How many test images it has.</param>
/// <param name="Correct">How many of them were named rightly.</param>
public sealed record ClassScore(int Label, int Images, int Correct)
{
    /// <summary>The share named rightly, 0..1; null if the class has no test image.</summary>
    public double? Accuracy => Images == 0 ? null : (double)Correct / Images;
}
