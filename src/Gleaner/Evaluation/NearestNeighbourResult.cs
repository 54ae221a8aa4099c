namespace Gleaner;

/// <summary>What <see cref="NearestNeighbourProbe"/> found.</summary>
/// <param name="Test">The accuracy. An image whose class got no vote is not among the first five, however few classes got one.</param>
/// <param name="Neighbours">k, how many training images voted on each.</param>
/// <param name="Temperature">t of the weights exp(s / t); null for plain votes.</param>
/// <param name="TrainingImages">How many images there were to vote.</param>
/// <param name="LeavesOneOut">Whether the images voted on one another, none on itself.</param>
public sealed record NearestNeighbourResult(ProbeScore Test, int Neighbours, double? Temperature, int TrainingImages, bool LeavesOneOut);
