namespace Gleaner;

/// <summary>The shape of an embedding.</summary>
/// <param name="Images">n.</param>
/// <param name="Views">M, how many views of each image.</param>
/// <param name="Dimension">d.</param>
/// <param name="Alignment">The mean of |f(x1) - f(x2)|^a over images and pairs of their views; null with one view (Wang and Isola 2020, arXiv:2005.10242, eq. 1).</param>
/// <param name="Uniformity">How evenly the images lie; null with one image.</param>
/// <param name="Spectrum">How many directions they use.</param>
/// <param name="Centers">The class centers; null if no classes were given.</param>
public sealed record Geometry(int Images, int Views, int Dimension, double? Alignment, Uniformity? Uniformity, Spectrum Spectrum, ClassCenters? Centers)
{
    /// <summary>Measures M views of the same images, n x d unit rows each, image i in row i. O(n d^2 + d^3), and O(n^2 d) where uniformity is exact.</summary>
    /// <exception cref="ArgumentException">No view, rows that are means, or sizes that do not fit.</exception>
    public static Geometry Measure(IReadOnlyList<EmbeddingMatrix> views, LatentPartition? classes = null, GeometryOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new GeometryOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SampledPairs, 2);
        var rows = ViewRows.Checked(views, classes);
        return new Geometry(rows.Images, rows.Views, rows.Dimension, rows.Alignment([.. Enumerable.Range(0, rows.Images)], options.AlignmentPower), Gleaner.Uniformity.Of(rows, options, cancel),
            Gleaner.Spectrum.Of(rows, options.Threads, cancel), classes is null ? null : ClassCenters.Of(ClassCenters.Centers(rows, classes), classes));
    }
}
