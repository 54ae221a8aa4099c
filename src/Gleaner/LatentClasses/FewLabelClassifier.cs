namespace Gleaner;

/// <summary>
/// Latent classes from labels of a few images: multinomial logistic regression by L-BFGS on the embedding, L2 chosen by stratified cross-validation over the
/// labelled images, intercepts without L2; then every other image is named. O(labels d K) an iteration and n d K for the images.
/// </summary>
/// <remarks>
/// Features are standardised coordinate by coordinate with mean and deviation of the whole pool: one strength of L2 then means the same in any embedding, and
/// the pool's moments are exact where those of a few labelled images are noise. They need no labels.
/// </remarks>
public static class FewLabelClassifier
{
    /// <summary>Image <paramref name="images"/>[j] has label <paramref name="labels"/>[j], any integer. Ties go to the lower label; equal accuracies on held-out images to the stronger L2.</summary>
    /// <exception cref="ArgumentException">No two different labels, an image that is not in the embedding or is listed twice, or lists of different lengths.</exception>
    public static FewLabelResult Fit(EmbeddingMatrix embedding, ReadOnlySpan<int> images, ReadOnlySpan<int> labels, FewLabelOptions? options = null, IProgress<WeightDecayTrial>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        options ??= new FewLabelOptions();
        options.Check();
        Check(embedding, images, labels);
        var classes = LatentPartition.FromLabels(labels);
        int[] labelled = images.ToArray(), classOf = new int[labelled.Length], all = [.. Enumerable.Range(0, embedding.Count)];
        for (int j = 0; j < classOf.Length; j++) classOf[j] = classes.ClassOf(j);

        var rows = new FeatureRows(embedding.Memory, embedding.Dimension);
        var standardization = Standardization.Of(rows, all);
        double[] decays = [.. options.WeightDecays.Distinct().Order()];
        var (trials, chosen, heldOut) = Choose(rows, standardization, labelled, classOf, classes.Classes, decays, options, progress, cancel);
        var fit = LinearFit.Of(rows, labelled, classOf, classes.Classes, standardization, decays[chosen], null, options.Fit, null, cancel);

        var named = new int[embedding.Count];
        fit.Score(rows, all, options.Threads, (i, scores) => named[i] = ScoreOrder.First(scores), cancel);
        var others = new bool[classes.Classes];
        var given = labelled.ToHashSet();
        for (int i = 0; i < named.Length; i++)
            if (!given.Contains(i)) others[named[i]] = true;
        for (int j = 0; j < labelled.Length; j++) named[labelled[j]] = classOf[j];
        int[] each = [.. Enumerable.Range(0, classes.Classes)];
        return new FewLabelResult
        {
            Partition = LatentPartition.FromLabels(Array.ConvertAll(named, k => classes.Labels[k])),
            Labelled = labelled.Length,
            LabelledPerClass = Array.ConvertAll(each, classes.Size),
            SingleLabels = [.. each.Where(k => classes.Size(k) == 1).Select(k => classes.Labels[k])],
            NeverPredicted = [.. each.Where(k => !others[k]).Select(k => classes.Labels[k])],
            WeightDecay = decays[chosen],
            Grid = trials,
            HeldOut = heldOut,
            Iterations = fit.Iterations,
            Converged = fit.Converged,
        };
    }

    static (WeightDecayTrial[] Trials, int Chosen, HeldOutAgreement? HeldOut) Choose(FeatureRows rows, Standardization standardization, int[] labelled, int[] classOf, int classes, double[] decays,
        FewLabelOptions options, IProgress<WeightDecayTrial>? progress, CancellationToken cancel)
    {
        var folds = ValidationFolds.Deal(classOf, classes, options.Folds, share: 0, options.Seed);
        int heldOut = folds.Sum(fold => fold.HeldOut.Length);
        if (heldOut == 0) return (Array.ConvertAll(decays, decay => new WeightDecayTrial(decay, null, null, 0, true)), decays.Length / 2, null);
        var (losses, iterations, converged) = (new double[decays.Length], new int[decays.Length], Enumerable.Repeat(true, decays.Length).ToArray());
        int[][,] confusions = [.. decays.Select(_ => new int[classes, classes])];
        foreach (var (fitted, kept) in folds)
        {
            int[] fittedImages = Of(labelled, fitted), fittedClasses = Of(classOf, fitted), keptImages = Of(labelled, kept), keptClasses = Of(classOf, kept);
            int g = decays.Length; // from the strongest, whose solution is nearest to zeros
            foreach (var found in LinearFit.OnTheWay(rows, fittedImages, fittedClasses, classes, standardization, decays.Reverse(), null, options.Fit, null, cancel))
            {
                g--;
                var (names, each) = (new int[kept.Length], new double[kept.Length]);
                found.Score(rows, keptImages, options.Threads, (i, scores) => (names[i], each[i]) = (ScoreOrder.First(scores), SoftmaxRegression.Loss(scores, keptClasses[i])), cancel);
                for (int i = 0; i < names.Length; i++) confusions[g][keptClasses[i], names[i]]++;
                losses[g] += each.Sum();
                iterations[g] += found.Iterations;
                converged[g] &= found.Converged;
            }
        }
        int[] correct = Array.ConvertAll(confusions, confusion => Enumerable.Range(0, classes).Sum(k => confusion[k, k]));
        WeightDecayTrial[] trials = [.. decays.Select((decay, g) => new WeightDecayTrial(decay, (double)correct[g] / heldOut, losses[g] / heldOut, iterations[g], converged[g]))];
        foreach (var trial in trials) progress?.Report(trial);
        int chosen = Array.LastIndexOf(correct, correct.Max());
        return (trials, chosen, new HeldOutAgreement(heldOut, correct[chosen], confusions[chosen]));

        static int[] Of(int[] values, int[] at) => Array.ConvertAll(at, i => values[i]);
    }

    static void Check(EmbeddingMatrix embedding, ReadOnlySpan<int> images, ReadOnlySpan<int> labels)
    {
        if (images.Length != labels.Length) throw new ArgumentException($"{labels.Length} labels for {images.Length} images; expected as many.", nameof(labels));
        var seen = new HashSet<int>();
        foreach (int i in images)
        {
            if (i < 0 || i >= embedding.Count) throw new ArgumentException($"Image {i}; expected 0 to {embedding.Count - 1}.", nameof(images));
            if (!seen.Add(i)) throw new ArgumentException($"Image {i} is listed twice; expected different images.", nameof(images));
        }
        if (labels.Length == 0 || labels.IndexOfAnyExcept(labels[0]) < 0)
            throw new ArgumentException(labels.Length == 0 ? "No labels; expected at least two different ones." : $"All {labels.Length} labels are {labels[0]}; expected at least two different ones.", nameof(labels));
    }
}
