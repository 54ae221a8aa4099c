namespace Gleaner;

/// <summary>The directions in which the rows of an embedding vary most, exactly: eigenvectors of their d x d covariance in float64. O(n d^2 + d^3).</summary>
/// <remarks>A direction's sign is fixed by its largest coordinate, which is positive (the first of several that are equally large), so the same rows give the same map.</remarks>
sealed class PrincipalComponents
{
    readonly double[] _mean;
    readonly double[][] _directions;

    PrincipalComponents(double[] mean, double[][] directions, double[] shares) => (_mean, _directions, Shares) = (mean, directions, shares);

    /// <summary>The share of the whole variance that each direction has, in descending order; zeros if all rows are equal.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>A direction: d numbers of length 1.</summary>
    public ReadOnlySpan<double> Direction(int component) => _directions[component];

    /// <summary>The <paramref name="components"/> strongest directions of the rows <paramref name="images"/>; directions beyond d are missing.</summary>
    public static PrincipalComponents Of(EmbeddingMatrix rows, ReadOnlySpan<int> images, int components)
    {
        if (images.IsEmpty) throw new ArgumentException("There are no rows; expected at least one.", nameof(images));
        int d = rows.Dimension, wanted = Math.Min(components, d);
        var (mean, covariance) = Covariance.Of(rows, images);
        double[] values = SymmetricEigenvalues.Of([.. covariance], d);
        double all = values.Sum(v => Math.Max(0, v));

        var directions = new double[wanted][];
        for (int c = 0; c < wanted; c++) directions[c] = Eigenvector.Of(covariance, d, values[d - 1 - c], directions.AsSpan(0, c));
        return new PrincipalComponents(mean, directions, [.. Enumerable.Range(0, wanted).Select(c => all > 0 ? Math.Max(0, values[d - 1 - c]) / all : 0)]);
    }

    /// <summary>How far <paramref name="row"/> lies from the mean along a direction; 0 along one that is missing.</summary>
    public double Along(int component, ReadOnlySpan<float> row)
    {
        if (component >= _directions.Length) return 0;
        double sum = 0;
        for (int a = 0; a < row.Length; a++) sum += (row[a] - _mean[a]) * _directions[component][a];
        return sum;
    }
}
