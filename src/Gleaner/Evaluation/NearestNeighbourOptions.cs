namespace Gleaner;

/// <summary>How <see cref="NearestNeighbourProbe"/> votes.</summary>
public sealed record NearestNeighbourOptions
{
    /// <summary>k, how many training images vote, at least 1; all of them if there are fewer. Default 20 (DINO, Caron et al. 2021); Wu et al. 2018 use 200.</summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>t: a neighbour of cosine s counts exp(s / t) votes (Wu et al. 2018, arXiv:1805.01978, use 0.07). Null: every neighbour counts one.</summary>
    public double? Temperature { get; init; } = 0.07;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
