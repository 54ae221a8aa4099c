using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>Says, while an encoder is trained, how well the nearest neighbours of some labelled images of the pool name them. The labels serve nothing else.</summary>
sealed class NeighbourCheck : IDisposable
{
    const int Queries = 1000, References = 5000, Seed = 1;
    const long MostBytes = 256 << 20;

    readonly DecodedImages _images;
    readonly int[] _labels;
    readonly int _references;

    public NeighbourCheck(DecodedImages images, int[] labels)
    {
        int[] labelled = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] >= 0)];
        if (labelled.Length < 10) throw new InvalidDataException($"--knn-every: {labelled.Length} images of the pool have labels; expected at least 10.");
        new Random(Seed).Shuffle(labelled);
        int count = (int)Math.Min(Math.Min(labelled.Length, Queries + References), Math.Max(10, MostBytes / images.BytesPerImage)), queries = Math.Min(Queries, Math.Max(1, count / 6));
        int[] chosen = labelled[..count];
        // A class that only queries have cannot be found.
        var known = chosen[..(count - queries)].Select(i => labels[i]).ToHashSet();
        chosen = [.. chosen[..(count - queries)], .. chosen[(count - queries)..].Where(i => known.Contains(labels[i]))];
        (_images, _labels, _references) = (images.Select(chosen), [.. chosen.Select(i => labels[i])], count - queries);
    }

    /// <summary>The share of the queries that 20 weighted neighbours name rightly in the encoder's output, 0 to 1.</summary>
    public double Accuracy(Proxy proxy, int threads)
    {
        var embedder = new Embedder(proxy);
        return Accuracy(embedder.Embed(_images), embedder.Dimension, threads);
    }

    /// <summary>The same for raw pixels.</summary>
    public double PixelAccuracy(int threads)
    {
        var (rows, d) = RawPixels.Of(_images, [.. Enumerable.Range(0, _images.Count)]);
        return Accuracy(rows, d, threads);
    }

    double Accuracy(float[] rows, int d, int threads) =>
        NearestNeighbourProbe.Evaluate(new LabeledRows(rows.AsMemory(0, _references * d), d, _labels.AsMemory(0, _references)),
            new LabeledRows(rows.AsMemory(_references * d), d, _labels.AsMemory(_references)), new() { Neighbours = Math.Min(20, _references), Threads = threads }).Test.Top1;

    public void Dispose() => _images.Dispose();
}
