using System.Numerics.Tensors;

namespace Gleaner.Tests.LatentClasses;

/// Lloyd's k-means as a textbook has it, one product at a time, from where a finished one left off.
sealed class PlainLloyd(EmbeddingMatrix rows, KMeansResult start)
{
    public int[] ClassOf { get; } = [.. Enumerable.Range(0, rows.Count).Select(start.Partition.ClassOf)];

    public float[] Centroids { get; } = [.. start.Centroids];

    /// Moves the centroids and assigns the rows; false if no row changed class.
    public bool Step(bool cosine)
    {
        Move(cosine);
        int[] before = [.. ClassOf];
        var scores = new float[rows.Count];
        int classes = Centroids.Length / rows.Dimension;
        float[] half = [.. Enumerable.Range(0, classes).Select(k => cosine ? 0 : TensorPrimitives.SumOfSquares(Centroid(k)) / 2)];
        for (int i = 0; i < rows.Count; i++)
        {
            scores[i] = float.NegativeInfinity;
            for (int k = 0; k < classes; k++)
            {
                float score = Product(rows.Row(i), Centroid(k)) - half[k];
                if (score > scores[i]) (ClassOf[i], scores[i]) = (k, score);
            }
        }
        return Repair(scores, classes, cosine) || !before.SequenceEqual(ClassOf);
    }

    // The row with the lowest score, of a class that has others, makes an empty class its own.
    bool Repair(float[] scores, int classes, bool cosine)
    {
        int[] empty = [.. Enumerable.Range(0, classes).Except(ClassOf)];
        foreach (int k in empty)
        {
            int worst = Enumerable.Range(0, rows.Count).Where(i => ClassOf.Count(c => c == ClassOf[i]) > 1).MinBy(i => scores[i]);
            (ClassOf[worst], scores[worst]) = (k, float.MaxValue);
        }
        if (empty.Length > 0) Move(cosine);
        return empty.Length > 0;
    }

    void Move(bool cosine)
    {
        foreach (var members in ClassOf.Select((k, i) => (Class: k, Row: i)).GroupBy(m => m.Class, m => m.Row))
        {
            var sum = new double[rows.Dimension];
            foreach (int i in members)
                for (int c = 0; c < sum.Length; c++) sum[c] += Math.ScaleB(Math.Round(Math.ScaleB(rows.Row(i)[c], 32)), -32);
            double scale = cosine ? 1 / Math.Sqrt(sum.Aggregate(0.0, (squares, v) => squares + v * v)) : 1.0 / members.Count();
            for (int c = 0; c < sum.Length; c++) Centroids[members.Key * rows.Dimension + c] = (float)(sum[c] * scale);
        }
    }

    ReadOnlySpan<float> Centroid(int k) => Centroids.AsSpan(k * rows.Dimension, rows.Dimension);

    static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int c = 0; c < a.Length; c++) sum = MathF.FusedMultiplyAdd(a[c], b[c], sum);
        return sum;
    }
}
