using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>The embeddings of M views of the same n images, as unit rows.</summary>
sealed class ViewRows
{
    readonly IReadOnlyList<EmbeddingMatrix> _views;

    ViewRows(IReadOnlyList<EmbeddingMatrix> views) => _views = views;

    public int Images => _views[0].Count;

    public int Dimension => _views[0].Dimension;

    /// <summary>M.</summary>
    public int Views => _views.Count;

    /// <summary>How many pairs of different views an image has.</summary>
    public int Pairs => Views * (Views - 1) / 2;

    /// <summary>f(x) for view <paramref name="view"/> of image <paramref name="image"/>.</summary>
    public ReadOnlySpan<float> Row(int view, int image) => _views[view].Row(image);

    /// <summary>All images in view <paramref name="view"/>.</summary>
    public EmbeddingMatrix Of(int view) => _views[view];

    /// <summary>Checks that the views are unit rows of as many images and, if there are classes, that these cover them.</summary>
    public static ViewRows Checked(IReadOnlyList<EmbeddingMatrix> views, LatentPartition? classes, int least = 1)
    {
        ArgumentNullException.ThrowIfNull(views);
        if (views.Count < least) throw new ArgumentException($"{views.Count} views; expected at least {least}.", nameof(views));
        for (int v = 0; v < views.Count; v++)
        {
            if (!views[v].IsUnit) throw new ArgumentException($"The rows of view {v} are means of views; expected one view each, of unit length.", nameof(views));
            if (views[v].Count != views[0].Count || views[v].Dimension != views[0].Dimension)
                throw new ArgumentException($"View {v} is {views[v].Count} x {views[v].Dimension}; expected {views[0].Count} x {views[0].Dimension}, as view 0.", nameof(views));
        }
        if (views[0].Count == 0) throw new ArgumentException("The views hold no image.", nameof(views));
        if (classes is not null && classes.Count != views[0].Count)
            throw new ArgumentException($"The classes cover {classes.Count} images; expected {views[0].Count}, as the views have.", nameof(classes));
        return new ViewRows(views);
    }

    /// <summary>|f(x1) - f(x2)| for two views of one image.</summary>
    public double Distance(int image, int v, int w) => TensorPrimitives.Distance(Row(v, image), Row(w, image));

    /// <summary>The rows of all views of <paramref name="images"/>, the views of an image one behind the other.</summary>
    public float[] Stack(ReadOnlySpan<int> images)
    {
        var rows = new float[checked(images.Length * Views * Dimension)];
        for (int i = 0; i < images.Length; i++)
            for (int v = 0; v < Views; v++) Row(v, images[i]).CopyTo(rows.AsSpan((i * Views + v) * Dimension));
        return rows;
    }

    /// <summary>The mean of all views of <paramref name="images"/>, in float64: a class center mu if they are a class.</summary>
    public double[] Mean(ReadOnlySpan<int> images)
    {
        var mean = new double[Dimension];
        foreach (var view in _views) RowArithmetic.AddRows(view.Values, images, mean);
        TensorPrimitives.Divide(mean, (double)images.Length * Views, mean);
        return mean;
    }

    /// <summary>The mean over <paramref name="images"/> and their pairs of views of |f(x1) - f(x2)|^power; null with one view.</summary>
    public double? Alignment(ReadOnlySpan<int> images, double power = 2)
    {
        if (Pairs == 0 || images.IsEmpty) return null;
        double sum = 0;
        foreach (int i in images)
            for (int v = 0; v < Views; v++)
                for (int w = 0; w < v; w++) sum += power == 2 ? Square(Row(v, i), Row(w, i)) : Math.Pow(Math.Sqrt(Square(Row(v, i), Row(w, i))), power);
        return sum / ((double)images.Length * Pairs);
    }

    static double Square(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }
}
