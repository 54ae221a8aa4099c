namespace Gleaner;

/// <summary>An image that was removed because it repeats one that stays.</summary>
/// <param name="Image">The removed image.</param>
/// <param name="DuplicateOf">The image that stays and stands for it.</param>
/// <param name="Similarity">How similar the two are; 1 for exact copies.</param>
public readonly record struct Duplicate(int Image, int DuplicateOf, float Similarity);
