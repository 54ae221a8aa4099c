using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// For every class an order of its images and, for every prefix of it as main part, a bound on L delta: the largest distance of two images, each pair taken by the
/// views that are closest. That is all that the theorem's proof uses L delta for, so that the bound holds with it.
/// </summary>
/// <remarks>The order is by the distance of an image's nearest view to the class center: any order gives a valid bound, and this one compact prefixes.</remarks>
sealed class MainParts
{
    const int PartImages = 64;

    readonly double[][] _distances; // class k: of the prefix of m + 1 images

    MainParts(double[][] distances) => _distances = distances;

    public static MainParts Of(ViewRows rows, LatentPartition classes, double[][] centers, GeneralizationBoundOptions options, CancellationToken cancel)
    {
        var distances = new double[classes.Classes][];
        for (int k = 0; k < distances.Length; k++)
        {
            int[] members = classes.Members(k).ToArray();
            double[] radius = Array.ConvertAll(members, i => Radius(rows, i, centers[k])), order = [.. radius];
            Array.Sort(order, members);
            // Each of two images has a view within its radius of the center.
            distances[k] = members.Length == 1 ? [0] : [.. order.Select((r, m) => m == 0 ? 0 : r + order[m - 1])];
            if ((long)members.Length * rows.Views > options.MaxExactRows) continue;
            double[] farthest = Farthest(rows, members, options.Threads, cancel);
            for (int m = 1; m < farthest.Length; m++) distances[k][m] = Math.Max(farthest[m], distances[k][m - 1]);
        }
        return new MainParts(distances);
    }

    /// <summary>The largest distance over all classes if each has at least a share <paramref name="sigma"/> of its images in its main part, and the least share that is.</summary>
    public (double Sigma, double Distance) At(double sigma)
    {
        double share = 1, distance = 0;
        foreach (double[] prefix in _distances)
        {
            int m = Math.Max(1, (int)Math.Ceiling(sigma * prefix.Length - 1e-9));
            (share, distance) = (Math.Min(share, (double)m / prefix.Length), Math.Max(distance, prefix[m - 1]));
        }
        return (share, distance);
    }

    /// <summary>The largest sigma at which no class's main part is wider than <paramref name="distance"/>.</summary>
    public double SigmaWithin(double distance) => _distances.Min(prefix => prefix.TakeWhile(d => d <= distance).Count() / (double)prefix.Length);

    static double Radius(ViewRows rows, int image, double[] center)
    {
        double nearest = double.MaxValue;
        for (int v = 0; v < rows.Views; v++)
        {
            var x = rows.Row(v, image);
            double square = 0;
            for (int c = 0; c < center.Length; c++) square += (x[c] - center[c]) * (x[c] - center[c]);
            nearest = Math.Min(nearest, square);
        }
        return Math.Sqrt(nearest);
    }

    // Of every image the largest distance to one before it in the order.
    static double[] Farthest(ViewRows rows, int[] members, int threads, CancellationToken cancel)
    {
        int m = rows.Views;
        float[] stacked = rows.Stack(members);
        var packed = PackedRows.Pack(stacked, members.Length * m, rows.Dimension);
        var farthest = new double[members.Length];
        Parallel.For(0, (members.Length + PartImages - 1) / PartImages, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, p =>
        {
            int first = p * PartImages, end = Math.Min(members.Length, first + PartImages), width = end * m;
            var closest = new float[(end - first) * width]; // products, so the largest is the closest
            Array.Fill(closest, float.NegativeInfinity);
            PairTiles.Visit(stacked, first * m, end * m, packed, 0, width, (row, column, s) =>
            {
                var into = closest.AsSpan((row / m - first) * width + column, s.Length);
                TensorPrimitives.Max<float>(into, s, into);
            });
            for (int i = first; i < end; i++)
            {
                float least = 1;
                for (int j = 0; j < i; j++) least = Math.Min(least, TensorPrimitives.Max<float>(closest.AsSpan((i - first) * width + j * m, m)));
                farthest[i] = Math.Sqrt(Math.Max(0, 2 - 2 * (double)least));
            }
        });
        return farthest;
    }
}
