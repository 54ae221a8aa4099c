namespace Gleaner.Tests;

/// Embeddings made up for tests.
static class RandomRows
{
    /// Unit rows in all directions.
    public static EmbeddingMatrix Uniform(int count, int dimension, ulong seed = 1)
    {
        var random = new SplitMix64(seed);
        var values = new float[count * dimension];
        foreach (ref float v in values.AsSpan()) v = (float)Gaussian(ref random);
        return EmbeddingMatrix.Normalize(values, count, dimension, out _);
    }

    /// Unit rows around `clusters` directions; row i belongs to cluster i % clusters.
    public static EmbeddingMatrix Clustered(int count, int dimension, int clusters, double spread, ulong seed = 1)
    {
        var centers = Uniform(clusters, dimension, seed);
        var random = new SplitMix64(seed + 1);
        var values = new float[count * dimension];
        for (int i = 0; i < count; i++)
            for (int k = 0; k < dimension; k++)
                values[i * dimension + k] = centers.Row(i % clusters)[k] + (float)(spread / Math.Sqrt(dimension) * Gaussian(ref random));
        return EmbeddingMatrix.Normalize(values, count, dimension, out _);
    }

    // Box and Muller.
    static double Gaussian(ref SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
