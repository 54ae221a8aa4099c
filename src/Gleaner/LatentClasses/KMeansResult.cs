namespace Gleaner;

/// <summary>A finished k-means: the classes, their centroids (K x d), the inertia (sum of squared distances to them) and what it took.</summary>
public sealed record KMeansResult(LatentPartition Partition, float[] Centroids, double Inertia, int Iterations, int Restart);
