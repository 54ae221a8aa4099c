namespace Gleaner;

/// <summary>
/// k-means++ (Arthur and Vassilvitskii 2007): each next centroid is a row that is drawn with probability proportional to its squared distance to the nearest centroid so far; of several
/// candidates the one that leaves the least inertia. Drawn from 64 K rows where there are more: a pass over the rows a centroid is more than all Lloyd steps cost when there are many of both.
/// </summary>
sealed class KMeansStart
{
    /// <summary>Rows a class from which starts are drawn, if there are more.</summary>
    const int RowsPerClass = 64;

    /// <summary>Rows whose squared distances are added up together, so that sums do not depend on threads.</summary>
    const int Chunk = 512;

    readonly EmbeddingMatrix _embedding;
    readonly KMeansOptions _options;
    readonly ParallelOptions _parallel;

    /// <summary>A start of these rows; <paramref name="options"/> say how many centroids and candidates.</summary>
    public KMeansStart(EmbeddingMatrix embedding, KMeansOptions options, ParallelOptions parallel) => (_embedding, _options, _parallel) = (embedding, options, parallel);

    /// <summary>Draws K rows into <paramref name="centroids"/>, one behind the other.</summary>
    public void Draw(ref SplitMix64 random, Span<float> centroids)
    {
        var rows = _embedding.Count <= (long)RowsPerClass * _options.Classes ? _embedding : Sample(RowsPerClass * _options.Classes, ref random);
        var nearest = new Squares(rows.Count);
        Array.Fill(nearest.OfRow, double.MaxValue);
        Squares[] left = [.. Enumerable.Range(0, _options.Candidates).Select(_ => new Squares(rows.Count))];
        int[] candidates = [random.NextIndex(rows.Count)];
        for (int k = 0; ; k++)
        {
            bool isLast = k == _options.Classes - 1;
            if (!isLast || candidates.Length > 1) Measure(rows, candidates, nearest, left);
            int best = 0;
            for (int c = 1; c < candidates.Length; c++)
                if (left[c].Total < left[best].Total) best = c;
            rows.Row(candidates[best]).CopyTo(centroids[(k * rows.Dimension)..]);
            if (isLast) return;

            (nearest, left[best]) = (left[best], nearest);
            candidates = new int[_options.Candidates];
            for (int c = 0; c < candidates.Length; c++) candidates[c] = nearest.Draw(random.NextDouble());
        }
    }

    EmbeddingMatrix Sample(int count, ref SplitMix64 random)
    {
        int[] images = [.. Enumerable.Range(0, _embedding.Count)];
        random.Shuffle(images);
        Array.Sort(images, 0, count);
        return _embedding.Select(images.AsSpan(0, count));
    }

    // What would be left of the squared distances with each candidate: |x - c|^2 = 2 - 2 <x, c> for unit rows.
    void Measure(EmbeddingMatrix rows, int[] candidates, Squares nearest, Squares[] left)
    {
        int d = rows.Dimension;
        var packed = PackedRows.Pack(rows.Select(candidates).Values, candidates.Length, d);
        Parallel.For(0, nearest.OfChunk.Length, _parallel, chunk =>
        {
            int first = chunk * Chunk, count = Math.Min(Chunk, rows.Count - first);
            var products = new float[count * packed.Capacity];
            packed.MultiplyRows(rows.Values.Slice(first * d, count * d), count, products);
            for (int c = 0; c < candidates.Length; c++)
            {
                double sum = 0;
                for (int i = 0; i < count; i++)
                {
                    double square = Math.Min(nearest.OfRow[first + i], Math.Max(0, 2 - 2 * (double)products[i * packed.Capacity + c]));
                    left[c].OfRow[first + i] = square;
                    sum += square;
                }
                left[c].OfChunk[chunk] = sum;
            }
        });
    }

    /// <summary>The squared distance of every row to its nearest centroid, and their sums by chunk.</summary>
    sealed class Squares(int rows)
    {
        public double[] OfRow { get; } = new double[rows];

        public double[] OfChunk { get; } = new double[(rows + Chunk - 1) / Chunk];

        public double Total => OfChunk.Sum();

        /// <summary>The row that a number of [0, 1) falls on if each takes a part in proportion to its square; the first if there is nothing left to take.</summary>
        public int Draw(double at)
        {
            double left = at * Total;
            int chunk = 0, last = 0;
            for (int c = 0; c < OfChunk.Length; c++)
            {
                if (OfChunk[c] <= 0) continue;
                chunk = c;
                if (left < OfChunk[c]) break;
                left -= OfChunk[c];
            }
            for (int i = chunk * Chunk; i < OfRow.Length; i++)
            {
                if (OfRow[i] <= 0) continue;
                last = i;
                left -= OfRow[i];
                if (left < 0) break;
            }
            return last;
        }
    }
}
