namespace Gleaner;

/// <summary>What a <see cref="PairedDifference"/> says, by its interval.</summary>
public enum DifferenceVerdict
{
    /// <summary>The whole interval is above zero.</summary>
    Better,

    /// <summary>The whole interval is below zero.</summary>
    Worse,

    /// <summary>The interval holds zero.</summary>
    WithinNoise,

    /// <summary>There is no interval: fewer than two pairs, or all of them differ by the same.</summary>
    TooFew,
}
