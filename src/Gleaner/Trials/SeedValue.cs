namespace Gleaner;

/// <summary>One seed's number.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Value">An accuracy from 0 to 1, or the difference of two.</param>
public sealed record SeedValue(int Seed, double Value);
