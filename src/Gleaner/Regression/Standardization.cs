namespace Gleaner;

/// <summary>x -> (x - mean) / standard deviation, coordinate by coordinate; where all images have the same value the divisor is 1.</summary>
sealed class Standardization
{
    /// <summary>A standard deviation below this share of the mean is float32's rounding of a constant.</summary>
    const double ConstantShare = 1e-6;

    readonly double[] _mean, _scale;

    Standardization(double[] mean, double[] scale) => (_mean, _scale) = (mean, scale);

    /// <summary>Numbers between two standardised rows: d, filled up with zeros.</summary>
    public int Stride => WeightedSums.RoundUp(_mean.Length, WeightedSums.Coordinates);

    /// <summary>From the images <paramref name="images"/>; the standard deviation divides by their number. Two passes, in float64.</summary>
    public static Standardization Of(FeatureRows rows, ReadOnlySpan<int> images)
    {
        var mean = new double[rows.Dimension];
        var scale = new double[rows.Dimension];
        foreach (int i in images) RowArithmetic.AddTimes(1, rows.Row(i), mean);
        for (int c = 0; c < mean.Length; c++) mean[c] /= images.Length;
        foreach (int i in images)
        {
            var x = rows.Row(i);
            for (int c = 0; c < x.Length; c++) scale[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
        }
        for (int c = 0; c < scale.Length; c++)
        {
            double deviation = Math.Sqrt(scale[c] / images.Length);
            scale[c] = deviation > ConstantShare * Math.Abs(mean[c]) ? deviation : 1;
        }
        return new Standardization(mean, scale);
    }

    /// <summary>The standardised rows of <paramref name="images"/>, one every <see cref="Stride"/> numbers.</summary>
    public float[] Apply(FeatureRows rows, ReadOnlySpan<int> images)
    {
        var standard = new float[checked(images.Length * Stride)];
        for (int r = 0; r < images.Length; r++)
        {
            var x = rows.Row(images[r]);
            var into = standard.AsSpan(r * Stride, x.Length);
            for (int c = 0; c < x.Length; c++) into[c] = (float)((x[c] - _mean[c]) / _scale[c]);
        }
        return standard;
    }
}
