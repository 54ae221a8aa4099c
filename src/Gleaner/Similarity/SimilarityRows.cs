namespace Gleaner;

/// <summary>The similarities s_ij within one latent class, made a row at a time so that no n x n matrix need exist. s_ij = s_ji.</summary>
public abstract class SimilarityRows
{
    /// <summary>n, how many images the class has.</summary>
    public abstract int Count { get; }

    /// <summary>s_ii.</summary>
    public abstract double Self(int i);

    /// <summary>How many numbers <see cref="Row"/> writes: at least n; those behind the n-th mean nothing.</summary>
    public virtual int RowCapacity => Count;

    /// <summary>Writes s_ij for all j into a span of <see cref="RowCapacity"/>; O(n d) for embeddings, O(n) for a given kernel.</summary>
    public abstract void Row(int i, Span<float> similarities);

    /// <summary>sum_j s_ij for every i, j = i included, summed in float64 in a fixed order.</summary>
    public abstract double[] RowSums(CancellationToken cancel = default);
}
