using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>Lloyd's k-means from k-means++ starts (Arthur and Vassilvitskii 2007). The same seed gives the same bytes at any thread count.</summary>
public sealed class KMeans
{
    readonly EmbeddingMatrix _embedding;
    readonly KMeansOptions _options;
    readonly ParallelOptions _parallel;
    readonly int[] _classOf;
    readonly float[] _similarity;     // of each row to its centroid: <x, c>, less |c|^2 / 2 if Euclidean
    readonly float[] _centroids;
    readonly float[] _halfSquares;    // |c|^2 / 2; all zero if cosine

    KMeans(EmbeddingMatrix embedding, KMeansOptions options, CancellationToken cancel)
    {
        (_embedding, _options) = (embedding, options);
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel };
        _classOf = new int[embedding.Count];
        _similarity = new float[embedding.Count];
        _centroids = new float[options.Classes * embedding.Dimension];
        _halfSquares = new float[options.Classes];
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
        PlusPlus(ref random);
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
            if (!repaired && (!moved || before - inertia <= _options.Tolerance * before)) break;
        }
        return new KMeansResult(LatentPartition.FromLabels(_classOf), _centroids, inertia, step, restart);
    }

    // D^2 sampling: each next centroid is a row drawn with probability proportional to its squared distance to the nearest so far.
    void PlusPlus(ref SplitMix64 random)
    {
        int n = _embedding.Count, d = _embedding.Dimension;
        var nearest = new double[n];
        Array.Fill(nearest, double.MaxValue);
        var chosen = _embedding.Row(random.NextIndex(n)).ToArray();
        for (int k = 0; ; k++)
        {
            chosen.CopyTo(Centroid(k));
            if (k == _options.Classes - 1) break;

            float[] centroid = chosen;
            ForEachTile((first, rows, _) =>
            {
                for (int i = first; i < first + rows; i++)
                    nearest[i] = Math.Min(nearest[i], Math.Max(0, 2 - 2 * (double)TensorPrimitives.Dot(_embedding.Row(i), centroid)));
            }, width: 0);
            chosen = _embedding.Row(Draw(nearest, ref random)).ToArray();
        }
        MeasureCentroids();
    }

    static int Draw(double[] weights, ref SplitMix64 random)
    {
        double total = 0;
        foreach (double w in weights) total += w;
        double left = random.NextDouble() * total;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0) continue;
            last = i;
            left -= weights[i];
            if (left < 0) break;
        }
        return last;
    }

    bool Assign()
    {
        int d = _embedding.Dimension;
        var centroids = PackedRows.Pack(_centroids, _options.Classes, d);
        int width = centroids.Panels * PackedRows.PanelRows, moved = 0;
        ForEachTile((first, rows, products) =>
        {
            centroids.MultiplyRows(_embedding.Values.Slice(first * d, rows * d), rows, products);
            for (int r = 0; r < rows; r++)
            {
                var (k, similarity) = Nearest(products.Slice(r * width, _options.Classes));
                if (_classOf[first + r] != k) Volatile.Write(ref moved, 1);
                (_classOf[first + r], _similarity[first + r]) = (k, similarity);
            }
        }, width);
        return moved != 0;
    }

    (int Class, float Similarity) Nearest(ReadOnlySpan<float> products)
    {
        int best = 0;
        float most = float.NegativeInfinity;
        for (int k = 0; k < products.Length; k++)
        {
            float s = products[k] - _halfSquares[k];
            if (s > most) (best, most) = (k, s);
        }
        return (best, most);
    }

    // An empty class takes the row that fits its own class worst, from a class that can spare one.
    bool RepairEmpty()
    {
        var sizes = new int[_options.Classes];
        foreach (int k in _classOf) sizes[k]++;
        bool repaired = false;
        for (int k = 0; k < sizes.Length; k++)
        {
            if (sizes[k] > 0) continue;
            int worst = -1;
            for (int i = 0; i < _classOf.Length; i++)
                if (sizes[_classOf[i]] > 1 && (worst < 0 || _similarity[i] < _similarity[worst])) worst = i;
            sizes[_classOf[worst]]--;
            sizes[k]++;
            (_classOf[worst], _similarity[worst]) = (k, float.MaxValue);
            repaired = true;
        }
        if (!repaired) return false;
        MoveCentroids();
        for (int i = 0; i < _classOf.Length; i++)
            _similarity[i] = TensorPrimitives.Dot(_embedding.Row(i), Centroid(_classOf[i])) - _halfSquares[_classOf[i]];
        return true;
    }

    Span<float> Centroid(int k) => _centroids.AsSpan(k * _embedding.Dimension, _embedding.Dimension);

    // One slot per class and members in ascending order: the sums do not depend on the threads.
    void MoveCentroids()
    {
        int d = _embedding.Dimension;
        var members = LatentPartition.FromLabels(_classOf);
        Parallel.For(0, members.Classes, _parallel, () => new double[d], (k, _, sum) =>
        {
            Array.Clear(sum);
            foreach (int i in members.Members(k)) AddTo(sum, _embedding.Row(i));
            double squares = 0;
            foreach (double v in sum) squares += v * v;
            double scale = _options.Cosine && squares > 0 ? 1 / Math.Sqrt(squares) : 1.0 / members.Size(k);
            var centroid = Centroid(members.Labels[k]);
            for (int c = 0; c < d; c++) centroid[c] = (float)(sum[c] * scale);
            return sum;
        }, _ => { });
        MeasureCentroids();
    }

    static void AddTo(double[] sum, ReadOnlySpan<float> row)
    {
        int c = 0;
        for (; c + 4 <= row.Length; c += 4)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(row.Slice(c, 4)));
            (Vector256.LoadUnsafe(ref sum[c]) + Vector256.Create(low, high)).StoreUnsafe(ref sum[c]);
        }
        for (; c < row.Length; c++) sum[c] += row[c];
    }

    void MeasureCentroids()
    {
        if (_options.Cosine) return;
        for (int k = 0; k < _halfSquares.Length; k++) _halfSquares[k] = TensorPrimitives.SumOfSquares(Centroid(k)) / 2;
    }

    // |x - c|^2 = 2 (1 - <x, c>) for unit rows and unit centroids, and 1 - 2 (<x, c> - |c|^2 / 2) otherwise.
    double Inertia()
    {
        double square = _options.Cosine ? 2 : 1, sum = 0;
        foreach (float s in _similarity) sum += square - 2 * (double)s;
        return Math.Max(0, sum);
    }

    delegate void TileAction(int first, int rows, Span<float> products);

    void ForEachTile(TileAction action, int width)
    {
        const int TilesAtOnce = 64;
        int tile = PackedRows.RowsAtOnce, step = tile * TilesAtOnce, steps = (_embedding.Count + step - 1) / step;
        Parallel.For(0, steps, _parallel, () => new float[tile * width], (s, _, products) =>
        {
            int end = Math.Min(_embedding.Count, (s + 1) * step);
            for (int first = s * step; first < end; first += tile) action(first, Math.Min(tile, end - first), products);
            return products;
        }, _ => { });
    }
}
