namespace Gleaner;

/// <summary>How <see cref="GeneralizationBound"/> is evaluated. What is null is chosen so that the bound is as good as it can be.</summary>
public sealed record GeneralizationBoundOptions
{
    /// <summary>epsilon, how far apart two views of an image may be, at least 0. Null: the best of the distances that leave a share of 0, and of 1e-4 to 1 in steps of a fifteenth of a power of ten, of the images out.</summary>
    public double? Epsilon { get; init; }

    /// <summary>L delta, the encoder's Lipschitz constant times the augmentation distance in a class's main part, if it is known. Null: measured for each sigma, and the best sigma taken.</summary>
    public double? LipschitzDelta { get; init; }

    /// <summary>Distances in a main part are measured between all its views up to so many rows a class (images times views); above, twice the radius around the center bounds them.</summary>
    public int MaxExactRows { get; init; } = 12_000;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
