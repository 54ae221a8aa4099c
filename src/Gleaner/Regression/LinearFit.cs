namespace Gleaner;

/// <summary>A fitted linear classifier on features: standardisation, weights and intercepts.</summary>
sealed class LinearFit(Standardization standardization, Lbfgs.Result fit, int classes)
{
    /// <summary>Rows that are standardised and scored together.</summary>
    const int Rows = 1024;

    /// <summary>What is done with the scores of an image, the position-th of those asked for; they may be changed. Called from several threads.</summary>
    public delegate void Scored(int position, Span<double> scores);

    /// <summary>K rows of weights, then K intercepts, for standardised features; see <see cref="SoftmaxRegression"/>.</summary>
    public double[] Parameters => fit.X;

    public int Iterations => fit.Iterations;

    public bool Converged => fit.Converged;

    /// <summary>Learns that image <paramref name="images"/>[j] is of class <paramref name="classOf"/>[j]; <paramref name="start"/> are the parameters to begin with, or null for zeros.</summary>
    public static LinearFit Of(FeatureRows rows, int[] images, int[] classOf, int classes, Standardization standardization, double weightDecay, double[]? start, LinearFitOptions options,
        Action<int, double, double>? report, CancellationToken cancel) =>
        OnTheWay(rows, images, classOf, classes, standardization, [weightDecay], start, options, (_, iteration, value, gradient) => report?.Invoke(iteration, value, gradient), cancel).Single();

    /// <summary>One fit for each weight decay, each from the one before: neighbours in the grid have neighbouring solutions.</summary>
    public static IEnumerable<LinearFit> OnTheWay(FeatureRows rows, int[] images, int[] classOf, int classes, Standardization standardization, IEnumerable<double> weightDecays, double[]? start,
        LinearFitOptions options, Action<double, int, double, double>? report, CancellationToken cancel)
    {
        var regression = new SoftmaxRegression(standardization.Apply(rows, images), standardization.Stride, classOf, classes, options.Threads);
        double[] parameters = start ?? new double[regression.Parameters];
        foreach (double weightDecay in weightDecays)
        {
            var fit = new Lbfgs((x, gradient) => regression.Evaluate(x, weightDecay, gradient, cancel))
                .Minimize(parameters, options.MaxIterations, options.Tolerance, (iteration, value, largest) => report?.Invoke(weightDecay, iteration, value, largest));
            parameters = fit.X;
            yield return new LinearFit(standardization, fit, classes);
        }
    }

    /// <summary>The scores of images, in blocks.</summary>
    public void Score(FeatureRows rows, int[] images, int threads, Scored scored, CancellationToken cancel)
    {
        int stride = standardization.Stride;
        var packed = SoftmaxRegression.Pack(Parameters, stride, classes);
        Parallel.For(0, (images.Length + Rows - 1) / Rows, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, part =>
        {
            int first = part * Rows, count = Math.Min(Rows, images.Length - first);
            var logits = new double[count * classes];
            SoftmaxRegression.Logits(standardization.Apply(rows, images.AsSpan(first, count)), packed, Parameters.AsSpan(classes * stride), count, logits);
            for (int r = 0; r < count; r++) scored(first + r, logits.AsSpan(r * classes, classes));
        });
    }

    /// <summary>The place of each image's own class among its scores, and the sum of -log p(own class).</summary>
    public (int[] Places, double Loss) Judge(FeatureRows rows, int[] images, int[] classOf, int threads, CancellationToken cancel)
    {
        var places = new int[images.Length];
        var losses = new double[images.Length];
        Score(rows, images, threads, (i, scores) =>
        {
            places[i] = ScoreOrder.PlaceOf(classOf[i], scores);
            losses[i] = SoftmaxRegression.Loss(scores, classOf[i]);
        }, cancel);
        return (places, losses.Sum());
    }
}
