namespace Gleaner;

/// <summary>What one stage of a selection cost.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="MultiplyAdds">Multiply-adds; null if they are not known.</param>
public sealed record StageCost(string Stage, double Seconds, double? MultiplyAdds);
