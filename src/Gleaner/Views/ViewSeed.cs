namespace Gleaner;

/// <summary>Names one random view: the same four numbers give the same view, whatever the batch, the order or the threads.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epoch">Which pass over the pool.</param>
/// <param name="Image">Index of the image in the pool.</param>
/// <param name="View">Which view of the image in this pass: 0, 1, ...</param>
public readonly record struct ViewSeed(int Seed, int Epoch, int Image, int View);
