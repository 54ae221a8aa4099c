namespace Gleaner;

/// <summary>The embedding of some neighbouring images.</summary>
/// <param name="Index">Which block, from 0.</param>
/// <param name="Start">Its first image.</param>
/// <param name="Count">How many images.</param>
/// <param name="Values">Count rows, one after the other.</param>
public sealed record EmbeddingBlock(int Index, int Start, int Count, float[] Values);
