namespace Gleaner;

/// <summary>The similarities s_ij within one latent class, made a row at a time so that no n x n matrix need exist. s_ij = s_ji.</summary>
public abstract class SimilarityRows
{
    /// <summary>n, how many images the class has.</summary>
    public abstract int Count { get; }

    /// <summary>A bound from below on every s_ij.</summary>
    public abstract double Least { get; }

    /// <summary>s_ii.</summary>
    public abstract double Self(int i);

    /// <summary>How many numbers <see cref="Row"/> writes: at least n; those behind the n-th mean nothing.</summary>
    public virtual int RowCapacity => Count;

    /// <summary>Writes s_ij for all j into a span of <see cref="RowCapacity"/>; O(n d) for embeddings, O(n) for a given kernel.</summary>
    public abstract void Row(int i, Span<float> similarities);

    /// <summary>Writes the rows of <paramref name="images"/>, one every <see cref="RowCapacity"/> numbers; many at once cost less than one by one.</summary>
    public virtual void Rows(ReadOnlySpan<int> images, Span<float> similarities)
    {
        for (int r = 0; r < images.Length; r++) Row(images[r], similarities.Slice(r * RowCapacity, RowCapacity));
    }

    /// <summary>How many columns of some rows are best made together, so that they stay cached; every part but the last has so many.</summary>
    internal virtual int PartColumns => RowCapacity;

    /// <summary>Writes the columns from <paramref name="column"/> on, up to <see cref="PartColumns"/> of them, of the rows of some images, one row behind the other. Returns how many.</summary>
    internal virtual int PartOfRows(ReadOnlySpan<int> images, int column, Span<float> similarities)
    {
        Rows(images, similarities);
        return RowCapacity;
    }

    /// <summary>sum_j s_ij for every i, j = i included, summed in float64 in a fixed order whatever the threads.</summary>
    public abstract double[] RowSums(int threads = 1, CancellationToken cancel = default);

    /// <summary>Whether similarities are multiples of a step so large that their sums are exact in any order (<see cref="SimilarityGrid"/>).</summary>
    internal virtual bool IsOnGrid => false;

    /// <summary>sum_j max(0, s_ij - m_j) for every i, <paramref name="covered"/> = m >= 0; exact on a grid.</summary>
    internal virtual double[] SumsAbove(float[] covered, int threads, CancellationToken cancel)
    {
        var sums = new double[Count];
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, () => new float[RowCapacity], (i, _, row) =>
        {
            Row(i, row);
            sums[i] = RowArithmetic.SumAbove(row, covered);
            return row;
        }, _ => { });
        return sums;
    }

    /// <summary>The same similarities, stored: n x n of them.</summary>
    internal GivenSimilarity Stored()
    {
        var kernel = LargeArray.Allocate<float>(checked(Count * RowCapacity));
        Rows([.. Enumerable.Range(0, Count)], kernel);
        return new GivenSimilarity(kernel, Count, RowCapacity, this);
    }

    /// <summary>The similarities between some of the images: image j of the result is image <paramref name="images"/>[j]. Stored, m x m, unless they can be made again.</summary>
    internal virtual SimilarityRows Part(ReadOnlySpan<int> images)
    {
        int m = images.Length;
        var part = new float[checked(m * m)];
        var row = new float[RowCapacity];
        for (int a = 0; a < m; a++)
        {
            Row(images[a], row);
            for (int b = 0; b < m; b++) part[a * m + b] = row[images[b]];
        }
        return new GivenSimilarity(part, m, width: m, this);
    }

    /// <summary>The mean of s_ij over j != i (s_ii if there is no other), from <see cref="RowSums"/>.</summary>
    internal double[] MeansToOthers(double[] rowSums)
    {
        var means = new double[Count];
        for (int i = 0; i < means.Length; i++) means[i] = Count == 1 ? Self(i) : (rowSums[i] - Self(i)) / (Count - 1);
        return means;
    }
}
