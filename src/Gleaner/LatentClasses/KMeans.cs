using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>Lloyd's k-means from k-means++ starts (<see cref="KMeansStart"/>), without the products that bounds rule out (<see cref="CentroidBounds"/>). The same seed gives the same bytes at any thread count.</summary>
public sealed class KMeans
{
    readonly EmbeddingMatrix _embedding;
    readonly KMeansOptions _options;
    readonly ParallelOptions _parallel;
    readonly int[] _classOf;
    readonly float[] _centroids;
    readonly float[] _halfSquares;    // |c|^2 / 2; all zero if cosine
    readonly ClassSums _sums;
    CentroidBounds? _bounds;          // once fewer rows change class than this:
    int _fewMove;

    KMeans(EmbeddingMatrix embedding, KMeansOptions options, CancellationToken cancel)
    {
        (_embedding, _options) = (embedding, options);
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel };
        _classOf = new int[embedding.Count];
        _fewMove = embedding.Count / 10;
        _centroids = new float[options.Classes * embedding.Dimension];
        _halfSquares = new float[options.Classes];
        _sums = new ClassSums(embedding, options.Classes, _parallel);
    }

    /// <summary>The partition alone, with the default options.</summary>
    public static LatentPartition Partition(EmbeddingMatrix embedding, int classes, int seed = 0) =>
        Fit(embedding, new KMeansOptions { Classes = classes, Seed = seed }).Partition;

    /// <summary>A sensible K when nobody says: sqrt(n / 5), so 20 for 2,000 images, 100 for 50,000, 447 for a million.</summary>
    public static int SensibleClasses(int images) => Math.Clamp((int)Math.Round(Math.Sqrt(images / 5.0)), 1, Math.Max(1, images));

    /// <summary>Runs every restart and returns the best; O(n K d) a step.</summary>
    /// <exception cref="ArgumentException">The rows are not of unit length; see <see cref="EmbeddingMatrix.ToUnit"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">K is less than 1 or more than the number of images.</exception>
    public static KMeansResult Fit(EmbeddingMatrix embedding, KMeansOptions options, IProgress<KMeansStep>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(options);
        if (!embedding.IsUnit) throw new ArgumentException("The rows are means of views; k-means takes unit rows. Pass embedding.ToUnit().", nameof(embedding));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Restarts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Candidates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        if (options.Classes < 1 || options.Classes > embedding.Count)
            throw new ArgumentOutOfRangeException(nameof(options), $"{options.Classes} classes asked for; expected 1 to {embedding.Count}, the number of images.");

        KMeansResult? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            var result = new KMeans(embedding, options, cancel).Run(restart, progress);
            if (best is null || result.Inertia < best.Inertia) best = result;
        }
        return best!;
    }

    KMeansResult Run(int restart, IProgress<KMeansStep>? progress)
    {
        var random = new SplitMix64((ulong)(uint)_options.Seed << 32 | (uint)restart);
        new KMeansStart(_embedding, _options, _parallel).Draw(ref random, _centroids);
        MeasureCentroids();
        Assign();
        RepairEmpty();
        double inertia = Inertia();
        int step = 0;
        while (step < _options.MaxIterations)
        {
            step++;
            MoveCentroids();
            bool moved = Assign();
            bool repaired = RepairEmpty();
            double before = inertia;
            inertia = Inertia();
            progress?.Report(new KMeansStep(restart, step, inertia));
            if (!moved && !repaired || before - inertia <= _options.Tolerance * before) break; // with fewer different rows than classes, every step repairs
        }
        return new KMeansResult(LatentPartition.FromLabels(_classOf), _centroids, inertia, step, restart);
    }

    // To the nearest centroid. Bounds have to be made first and pay once centroids move little.
    bool Assign()
    {
        int moved = _bounds?.Assign(_centroids, _halfSquares, _classOf, _parallel) ?? AssignAll(new float[_classOf.Length]);
        if (_bounds is null && moved < _fewMove) _bounds = new CentroidBounds(_embedding, _centroids, _options.Cosine);
        else if (_bounds is { Pay: false }) (_bounds, _fewMove) = (null, moved / 2);
        _sums.Move(_classOf);
        return moved > 0;
    }

    // Scores are <x, c>, less |c|^2 / 2 if Euclidean.
    int AssignAll(float[] scores)
    {
        const int Chunk = 512;
        int n = _embedding.Count, d = _embedding.Dimension, moved = 0;
        var centroids = new NearestRows(PackedRows.Pack(_centroids, _options.Classes, d), _halfSquares);
        Parallel.For(0, (n + Chunk - 1) / Chunk, _parallel, chunk =>
        {
            int first = chunk * Chunk, rows = Math.Min(Chunk, n - first), changed = 0;
            var nearest = new int[rows];
            centroids.Find(_embedding.Values.Slice(first * d, rows * d), nearest, scores.AsSpan(first, rows));
            for (int i = 0; i < rows; i++)
                if (nearest[i] != _classOf[first + i]) changed++;
            nearest.CopyTo(_classOf.AsSpan(first));
            Interlocked.Add(ref moved, changed);
        });
        return moved;
    }

    // An empty class takes the row that fits its own class worst, from a class that can spare one.
    bool RepairEmpty()
    {
        int[] sizes = [.. Enumerable.Range(0, _options.Classes).Select(_sums.Size)];
        if (!sizes.Contains(0)) return false;
        var scores = new float[_classOf.Length];
        AssignAll(scores); // the same classes again
        for (int k = 0; k < sizes.Length; k++)
        {
            if (sizes[k] > 0) continue;
            int worst = -1;
            for (int i = 0; i < _classOf.Length; i++)
                if (sizes[_classOf[i]] > 1 && (worst < 0 || scores[i] < scores[worst])) worst = i;
            sizes[_classOf[worst]]--;
            sizes[k]++;
            (_classOf[worst], scores[worst]) = (k, float.MaxValue);
            _bounds?.Forget(worst);
        }
        _sums.Move(_classOf);
        MoveCentroids();
        return true;
    }

    Span<float> Centroid(int k) => _centroids.AsSpan(k * _embedding.Dimension, _embedding.Dimension);

    void MoveCentroids()
    {
        Parallel.For(0, _options.Classes, _parallel, k =>
        {
            var sum = _sums.Sum(k);
            double squares = 0;
            foreach (double v in sum) squares += v * v;
            if (_sums.Size(k) == 0 || _options.Cosine && squares == 0) return; // without rows or direction it stays where it was
            double scale = _options.Cosine ? 1 / Math.Sqrt(squares) : 1.0 / _sums.Size(k);
            var centroid = Centroid(k);
            for (int c = 0; c < centroid.Length; c++) centroid[c] = (float)(sum[c] * scale);
        });
        MeasureCentroids();
    }

    void MeasureCentroids()
    {
        if (_options.Cosine) return;
        for (int k = 0; k < _halfSquares.Length; k++) _halfSquares[k] = TensorPrimitives.SumOfSquares(Centroid(k)) / 2;
    }

    // |x - c|^2 = 2 (1 - <x, c>) for unit rows and unit centroids, and 1 - 2 (<x, c> - |c|^2 / 2) otherwise; added up by class, <x, c> is the product with the sum.
    double Inertia()
    {
        double sum = (_options.Cosine ? 2.0 : 1.0) * _embedding.Count;
        for (int k = 0; k < _options.Classes; k++)
        {
            var members = _sums.Sum(k);
            var centroid = Centroid(k);
            double score = -_sums.Size(k) * (double)_halfSquares[k];
            for (int c = 0; c < centroid.Length; c++) score += members[c] * centroid[c];
            sum -= 2 * score;
        }
        return Math.Max(0, sum);
    }
}
