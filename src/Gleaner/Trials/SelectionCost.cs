namespace Gleaner;

/// <summary>What it cost to choose an arm's images.</summary>
/// <param name="Stages">The stages, in order; none if choosing costs nothing.</param>
public sealed record SelectionCost(IReadOnlyList<StageCost> Stages)
{
    /// <summary>Seconds of all stages.</summary>
    public double Seconds => Stages.Sum(stage => stage.Seconds);

    /// <summary>Multiply-adds of all stages; null if those of one are not known.</summary>
    public double? MultiplyAdds => Stages.Aggregate((double?)0, (sum, stage) => sum + stage.MultiplyAdds);
}
