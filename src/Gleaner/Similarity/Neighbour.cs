namespace Gleaner;

/// <summary>Image <paramref name="Index"/> of a class and how similar it is to the image whose list this stands in.</summary>
internal readonly record struct Neighbour(int Index, float Similarity);
