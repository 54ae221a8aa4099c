namespace Gleaner;

/// <summary>A fitted linear classifier on features: standardisation, weights and intercepts.</summary>
sealed class LinearFit(Standardization standardization, Lbfgs.Result fit, int classes)
{
    /// <summary>Rows that are standardised and scored together.</summary>
    const int Rows = 1024;

    /// <summary>K rows of weights, then K intercepts, for standardised features; see <see cref="SoftmaxRegression"/>.</summary>
    public double[] Parameters => fit.X;

    public int Iterations => fit.Iterations;

    public bool Converged => fit.Converged;

    /// <summary>Learns from <paramref name="images"/>; <paramref name="start"/> are the parameters to begin with, or null for zeros.</summary>
    public static LinearFit Of(LabeledRows rows, int[] images, LatentPartition classes, double weightDecay, double[]? start, LinearProbeOptions options,
        Action<int, double, double>? report, CancellationToken cancel) =>
        OnTheWay(rows, images, classes, [weightDecay], start, options, (_, iteration, value, gradient) => report?.Invoke(iteration, value, gradient), cancel).Single();

    /// <summary>One fit for each weight decay, each from the one before: neighbours in the grid have neighbouring solutions.</summary>
    public static IEnumerable<LinearFit> OnTheWay(LabeledRows rows, int[] images, LatentPartition classes, IEnumerable<double> weightDecays, double[]? start,
        LinearProbeOptions options, Action<double, int, double, double>? report, CancellationToken cancel)
    {
        var standardization = Standardization.Of(rows, images);
        var regression = new SoftmaxRegression(standardization.Apply(rows, images), standardization.Stride, Array.ConvertAll(images, classes.ClassOf), classes.Classes, options.Threads);
        double[] parameters = start ?? new double[regression.Parameters];
        foreach (double weightDecay in weightDecays)
        {
            var fit = new Lbfgs((x, gradient) => regression.Evaluate(x, weightDecay, gradient, cancel))
                .Minimize(parameters, options.MaxIterations, options.Tolerance, (iteration, value, largest) => report?.Invoke(weightDecay, iteration, value, largest));
            parameters = fit.X;
            yield return new LinearFit(standardization, fit, classes.Classes);
        }
    }

    /// <summary>The place of each image's own class among its scores, and the sum of -log p(own class).</summary>
    public (int[] Places, double Loss) Score(LabeledRows rows, int[] images, int[] classOf, int threads, CancellationToken cancel)
    {
        int parts = (images.Length + Rows - 1) / Rows, stride = standardization.Stride;
        var packed = SoftmaxRegression.Pack(Parameters, stride, classes);
        var places = new int[images.Length];
        var losses = new double[parts];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, part =>
        {
            int first = part * Rows, count = Math.Min(Rows, images.Length - first);
            double[] logits = new double[count * classes], residual = new double[classes];
            SoftmaxRegression.Logits(standardization.Apply(rows, images.AsSpan(first, count)), packed, Parameters.AsSpan(classes * stride), count, logits);
            for (int r = 0; r < count; r++)
            {
                var scores = logits.AsSpan(r * classes, classes);
                places[first + r] = ProbeScore.PlaceOf(classOf[first + r], scores);
                losses[part] += SoftmaxRegression.Residual(scores, classOf[first + r], residual);
            }
        });
        return (places, losses.Sum());
    }
}
