namespace Gleaner.Torch;

/// <summary>What supervised data selection knows of each training image; null where it was not computed. Entry j of every list is of image <see cref="Images"/>[j].</summary>
public sealed record SupervisedScores
{
    /// <summary>The images that were scored, as indices of the pool.</summary>
    public required IReadOnlyList<int> Images { get; init; }

    /// <summary>How often the image was classified wrongly right after having been classified rightly, as the training saw it.</summary>
    /// <remarks>
    /// Toneva et al. 2019, arXiv:1812.05159, counted where the image is presented in a minibatch. Deviation: an image that was never right has its count here and
    /// counts as infinitely often forgotten by <see cref="Learned"/>; the authors' code gives it the number of epochs.
    /// </remarks>
    public IReadOnlyList<double>? ForgettingEvents { get; init; }

    /// <summary>False for an image that was never classified rightly, which is not learned rather than forgotten.</summary>
    public IReadOnlyList<bool>? Learned { get; init; }

    /// <summary>EL2N, |p - y|: see <see cref="ImageScores.El2n"/>.</summary>
    public IReadOnlyList<double>? El2n { get; init; }

    /// <summary>GraNd over all weights: see <see cref="ImageScores.Grand"/>.</summary>
    public IReadOnlyList<double>? Grand { get; init; }

    /// <summary>GraNd over the last layer: see <see cref="ImageScores.GrandLastLayer"/>.</summary>
    public IReadOnlyList<double>? GrandLastLayer { get; init; }

    /// <summary>The mean over the epochs of the probability of the true class.</summary>
    /// <remarks>Swayamdipta et al. 2020, arXiv:2009.10795. Deviation: theirs are texts without random views; the probabilities here are those of the views that were trained on.</remarks>
    public IReadOnlyList<double>? Confidence { get; init; }

    /// <summary>The standard deviation (divided by the number of epochs) of the same probabilities.</summary>
    public IReadOnlyList<double>? Variability { get; init; }

    /// <summary>The probability of the true class after the training: see <see cref="ImageScores.Confidence"/>.</summary>
    public IReadOnlyList<double>? FinalConfidence { get; init; }

    /// <summary>One score as a list of numbers, +infinity for <see cref="SupervisedScore.Forgetting"/> of an image that was never learned; null if it was not computed.</summary>
    public IReadOnlyList<double>? Values(SupervisedScore score) => score switch
    {
        SupervisedScore.Forgetting when Learned is { } learned => ForgettingEvents?.Select((events, j) => learned[j] ? events : double.PositiveInfinity).ToArray(),
        SupervisedScore.Forgetting => ForgettingEvents,
        SupervisedScore.El2n => El2n,
        SupervisedScore.Grand => Grand,
        SupervisedScore.GrandLastLayer => GrandLastLayer,
        SupervisedScore.Confidence => Confidence,
        SupervisedScore.Variability => Variability,
        SupervisedScore.FinalConfidence => FinalConfidence,
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, "Expected a score."),
    };

    /// <summary>The scored images by difficulty, as indices of the pool; a prefix is a subset. Equal scores: the lowest index first.</summary>
    /// <param name="score">Which score decides.</param>
    /// <param name="first">Which end comes first.</param>
    /// <param name="labels">The pool's labels, to order each class by itself and to deal them so that any prefix is balanced; null for one order over all, which can leave easy classes out.</param>
    /// <exception cref="InvalidOperationException">The score was not computed, or is not a number somewhere.</exception>
    public int[] Order(SupervisedScore score, DifficultyOrder first = DifficultyOrder.HardFirst, IReadOnlyList<int>? labels = null)
    {
        var values = Values(score) ?? throw new InvalidOperationException($"{score} was not computed; expected it in these scores.");
        if (values.Any(double.IsNaN)) throw new InvalidOperationException($"{score} of image {Images[values.Select((v, j) => (v, j)).First(x => double.IsNaN(x.v)).j]} is not a number, so it has no place in an order.");
        bool highIsHard = score is not (SupervisedScore.Confidence or SupervisedScore.FinalConfidence), descending = (first == DifficultyOrder.HardFirst) == highIsHard;
        var order = Enumerable.Range(0, Images.Count).OrderBy(j => descending ? -values[j] : values[j]).ThenBy(j => Images[j]).Select(j => Images[j]);
        if (labels is null) return [.. order];

        int[][] classes = [.. order.GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var next = new int[classes.Length];
        return Array.ConvertAll(ClassInterleaving.Deal(Array.ConvertAll(classes, c => c.Length), 0), k => classes[k][next[k]++]);
    }

    /// <summary>The mean over several trainings of the same images: every score that all of them have; learned means learned in each.</summary>
    /// <exception cref="ArgumentException">There is none, or they are of different images.</exception>
    public static SupervisedScores Mean(IReadOnlyList<SupervisedScores> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0 || runs.Any(run => !run.Images.SequenceEqual(runs[0].Images))) throw new ArgumentException($"{runs.Count} scores; expected one or more, all of the same images in the same order.", nameof(runs));
        double[]? Of(Func<SupervisedScores, IReadOnlyList<double>?> score) => runs.Any(run => score(run) is null) ? null
            : [.. runs[0].Images.Select((_, j) => runs.Average(run => score(run)![j]))];
        return new SupervisedScores
        {
            Images = runs[0].Images,
            ForgettingEvents = Of(s => s.ForgettingEvents),
            Learned = runs.Any(run => run.Learned is null) ? null : [.. runs[0].Images.Select((_, j) => runs.All(run => run.Learned![j]))],
            El2n = Of(s => s.El2n),
            Grand = Of(s => s.Grand),
            GrandLastLayer = Of(s => s.GrandLastLayer),
            Confidence = Of(s => s.Confidence),
            Variability = Of(s => s.Variability),
            FinalConfidence = Of(s => s.FinalConfidence),
        };
    }
}
