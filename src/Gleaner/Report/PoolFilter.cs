namespace Gleaner;

/// <summary>A part of the images of a run, in an order: what a person who looks for something asks for.</summary>
sealed record PoolFilter
{
    /// <summary>The label of a latent class; null for all.</summary>
    public int? Class { get; init; }

    public PoolState State { get; init; }

    /// <summary>The best rank, from 0.</summary>
    public int? FirstRank { get; init; }

    /// <summary>The last rank, inclusive.</summary>
    public int? LastRank { get; init; }

    /// <summary>Stands in the name, in capital or small letters; empty for any name.</summary>
    public string Text { get; init; } = "";

    public PoolSort Sort { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>Whether marks decide what is found.</summary>
    public bool UsesMarks => State is PoolState.Marked or PoolState.MarkedKeep or PoolState.MarkedExclude;
}
