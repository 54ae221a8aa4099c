namespace Gleaner;

/// <summary>What the images of a run are in order of.</summary>
enum PoolSort { Rank, Index, Class, Gain, MeanSimilarity, SimilaritySum, NearestKeptSimilarity }
