using System.Numerics.Tensors;

namespace Gleaner.Benchmarks.Training;

/// <summary>Leave-one-out k-nearest-neighbour accuracy by cosine, ties to the lowest label.</summary>
static class NearestNeighbours
{
    public static double Accuracy(float[] rows, int dimension, byte[] labels, int k)
    {
        var z = EmbeddingMatrix.Normalize((float[])rows.Clone(), labels.Length, dimension, out _);
        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            var similarity = new float[labels.Length];
            var order = new int[labels.Length];
            for (int j = 0; j < labels.Length; j++) (similarity[j], order[j]) = (j == i ? float.PositiveInfinity : -TensorPrimitives.Dot(z.Row(i), z.Row(j)), j);
            Array.Sort(similarity, order);
            var votes = new int[256];
            foreach (int j in order.AsSpan(0, k)) votes[labels[j]]++;
            if (Array.IndexOf(votes, votes.Max()) == labels[i]) right++;
        }
        return (double)right / labels.Length;
    }
}
