namespace Gleaner;

/// <summary>How <see cref="PrototypeSelector"/> ranks.</summary>
public sealed record PrototypeOptions
{
    /// <summary>Which images come first. Sorscher et al. find hard ones better on large pools and easy ones on small pools.</summary>
    public PrototypeOrder Order { get; init; } = PrototypeOrder.HardFirst;

    /// <summary>True: every prefix is balanced over the latent classes. False, as the metric is published: one order over the pool, in which compact classes may vanish.</summary>
    public bool Balanced { get; init; }

    /// <summary>So many of each class come first in the ranking, whatever the class's size.</summary>
    public int MinPerClass { get; init; }
}
