namespace Gleaner;

/// <summary>How many images each arm may choose.</summary>
/// <param name="Text">As the recipe says it: <c>10 %</c>.</param>
/// <param name="Images">How many images that is.</param>
public sealed record ComparisonBudget(string Text, int Images)
{
    /// <summary>The text of the budget that the whole pool has.</summary>
    public const string WholePool = "whole pool";
}
