namespace Gleaner;

/// <summary>
/// The class that the k training images of largest cosine vote for (Wu et al. 2018). Exact; O(n m d), and no n x m matrix is stored. Of equally similar images
/// the one with the lowest index votes, and of classes with equal votes the lowest wins. Rows of zeros have cosine 0 to all.
/// </summary>
public static class NearestNeighbourProbe
{
    /// <summary>The images <paramref name="training"/> vote on <paramref name="test"/>; progress counts test images that are done.</summary>
    /// <exception cref="ArgumentException">Rows of different dimensions, or a test label that no training image has.</exception>
    public static NearestNeighbourResult Evaluate(LabeledRows training, LabeledRows test, NearestNeighbourOptions? options = null,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        return Evaluate(training, test, leavesOneOut: false, options ?? new NearestNeighbourOptions(), progress, cancel);
    }

    /// <summary>The images vote on one another: each is named by all but itself.</summary>
    /// <exception cref="ArgumentException">There are fewer than two images.</exception>
    public static NearestNeighbourResult LeaveOneOut(LabeledRows images, NearestNeighbourOptions? options = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count < 2) throw new ArgumentException("One image; expected at least two, to vote on one another.", nameof(images));
        return Evaluate(images, images, leavesOneOut: true, options ?? new NearestNeighbourOptions(), progress, cancel);
    }

    static NearestNeighbourResult Evaluate(LabeledRows training, LabeledRows test, bool leavesOneOut, NearestNeighbourOptions options, IProgress<int>? progress, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Neighbours);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        if (options.Temperature is { } t && !(t > 0)) throw new ArgumentOutOfRangeException(nameof(options), t, "The temperature must be above 0, or null for plain votes.");
        var classes = LatentPartition.FromLabels(training.Labels.Span);
        int[] classOf = test.ClassesAmong(training, classes), places = new int[test.Count];
        var known = EmbeddingMatrix.Normalize(training.Values.ToArray(), training.Count, training.Dimension, out _);
        var asked = leavesOneOut ? known : EmbeddingMatrix.Normalize(test.Values.ToArray(), test.Count, test.Dimension, out _);
        var packed = PackedRows.Pack(known.Values, known.Count, known.Dimension);
        int k = Math.Min(options.Neighbours, leavesOneOut ? known.Count - 1 : known.Count), width = packed.Capacity, done = 0;
        int part = Math.Clamp((1 << 18) / width / PackedRows.TileRows, 1, 12) * PackedRows.TileRows;
        Parallel.For(0, (test.Count + part - 1) / part, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel },
            () => (Cosines: new float[part * width], Room: new Neighbour[4 * k + 64], Votes: new double[classes.Classes]), (p, _, own) =>
            {
                int first = p * part, count = Math.Min(part, test.Count - first);
                packed.MultiplyRows(asked.Values.Slice(first * known.Dimension, count * known.Dimension), count, own.Cosines);
                for (int i = first; i < first + count; i++)
                {
                    var nearest = NeighbourSimilarity.Nearest(own.Cosines.AsSpan((i - first) * width, known.Count), leavesOneOut ? i : -1, k, own.Room, float.NegativeInfinity);
                    Vote(nearest, classes, options.Temperature, own.Votes);
                    int place = ScoreOrder.PlaceOf(classOf[i], own.Votes);
                    places[i] = own.Votes[classOf[i]] > 0 ? place : int.MaxValue;
                }
                progress?.Report(Interlocked.Add(ref done, count));
                return own;
            }, _ => { });
        return new NearestNeighbourResult(ProbeScore.Of(classes.Labels, classOf, places), k, options.Temperature, known.Count, leavesOneOut);
    }

    // exp((s - largest s) / t) orders the classes as exp(s / t) does and does not overflow. Summed from the largest on, so that equal neighbours give equal votes.
    static void Vote(Span<Neighbour> nearest, LatentPartition classes, double? temperature, double[] votes)
    {
        nearest.Sort((a, b) => b.Similarity.CompareTo(a.Similarity));
        Array.Clear(votes);
        foreach (var (j, s) in nearest) votes[classes.ClassOf(j)] += temperature is { } t ? Math.Exp(((double)s - nearest[0].Similarity) / t) : 1;
    }
}
