namespace Gleaner;

/// <summary>One of the ways to choose images that a comparison sets side by side.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Description">What it does, in words.</param>
/// <param name="Cost">What choosing cost, once for all budgets and seeds.</param>
/// <param name="IsBaseline">Whether the others are measured against it: random, as a rule.</param>
/// <param name="IsWhole">Whether it is the whole pool, which has one budget of its own.</param>
public sealed record ComparisonArm(string Name, string Description, SelectionCost Cost, bool IsBaseline = false, bool IsWhole = false);
