namespace Gleaner.Cli;

/// <summary>What is chosen from, images or embeddings, once it is known which of it can be used. Everything behind it counts only the usable ones: member m is image Members[m] of the listing.</summary>
sealed record PoolInput
{
    public required string Path { get; init; }
    public required string Kind { get; init; }

    /// <summary>The test images of what is there, and not the pool.</summary>
    public bool IsTestPart { get; init; }
    public required int Count { get; init; }
    public required string Fingerprint { get; init; }
    public required Func<int, string> Key { get; init; }
    public required Func<int, string?> FileOf { get; init; }
    public required int[] Members { get; init; }
    public required IReadOnlyList<Unreadable> Unreadable { get; init; }

    /// <summary>Changes with the content that is used.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The content of member m, to find exact duplicates.</summary>
    public required Func<int, UInt128> MemberHash { get; init; }

    public int[]? Labels { get; init; }

    /// <summary>The labels that the pool has, asked for or not; reading them may take a while. Null if it has none.</summary>
    public Func<int[]?> OwnLabels { get; init; } = () => null;
    public DecodedImages? Images { get; init; }

    /// <summary>Where the images are as they were found; null for embeddings.</summary>
    public ImagePool? Source { get; init; }
    public EmbeddingMatrix? Embedding { get; init; }
}
