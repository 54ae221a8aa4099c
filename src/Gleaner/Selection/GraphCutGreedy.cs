using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>
/// What <see cref="Greedy"/> finds for <see cref="GraphCut"/>, to the bit, at the speed of matrix products: O(n^2 d) multiply-adds in cached blocks,
/// where one row a pick has to fetch all n rows from memory n times.
/// </summary>
/// <remarks>
/// A pick lowers every gain by 2 s_ie, at least by 2 min s. So the next picks are among the images with the largest gains now, as long as the best of
/// these candidates is ahead of what any other image could have by then. Only the candidates' gains are kept current, and in the same way the
/// candidates' candidates' before theirs; the others' follow for a whole block of picks at once. Sums of similarities are exact
/// (<see cref="SimilarityGrid"/>), so the order of additions does not show.
/// </remarks>
sealed class GraphCutGreedy
{
    /// <summary>Among so few images every pick updates all gains: their rows stay in the nearest caches.</summary>
    const int Few = 256;

    /// <summary>Picks of one level between two updates of the level above: eight make a tile of products.</summary>
    const int Block = 8;

    readonly int _threads;
    readonly IProgress<int>? _progress;
    readonly CancellationToken _cancel;
    readonly List<Pick> _picks;
    readonly List<int> _wanted = []; // candidates by level, as many as were enough

    GraphCutGreedy(int images, int threads, IProgress<int>? progress, CancellationToken cancel) =>
        (_picks, _threads, _progress, _cancel) = (new List<Pick>(images), threads, progress, cancel);

    /// <summary>Ranks all n images, those to <paramref name="keep"/> first; <paramref name="rowSums"/> = <see cref="SimilarityRows.RowSums"/>.</summary>
    public static IReadOnlyList<Pick> Rank(SimilarityRows similarity, ReadOnlySpan<double> rowSums, int[] keep, int threads = 1, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        double[] gains = rowSums.ToArray();
        for (int e = 0; e < gains.Length; e++) gains[e] -= similarity.Self(e);
        int[] images = [.. Enumerable.Range(0, gains.Length)];
        var greedy = new GraphCutGreedy(images.Length, threads, progress, cancel);
        greedy.Keep(similarity, gains, keep);
        for (int left = images.Length - keep.Length; left > 0;)
        {
            if (left <= images.Length / 2) // images that were taken are dropped once they are half of what every update pays for
            {
                int[] some = [.. Enumerable.Range(0, images.Length).Where(i => gains[i] > double.NegativeInfinity)];
                (similarity, images, gains) = (similarity.Part(some), Array.ConvertAll(some, i => images[i]), Array.ConvertAll(some, i => gains[i]));
            }
            left -= greedy.Take(similarity, images, gains, Math.Max(1, left - images.Length / 2), double.NegativeInfinity, level: 0).Count;
        }
        return greedy._picks;
    }

    void Keep(SimilarityRows similarity, double[] gains, int[] keep)
    {
        var row = new float[similarity.RowCapacity];
        foreach (int e in keep) Pick(similarity, e, e, gains, row);
    }

    // Takes the images of largest gain, up to `most`, as long as they are ahead of all images outside, whose gains were at most `ahead` at the start. Leaves the gains current.
    List<int> Take(SimilarityRows similarity, int[] images, double[] gains, int most, double ahead, int level)
    {
        var taken = new List<int>(most);
        double rise = Math.Max(0, -2 * similarity.Least); // most that a pick can raise a gain: nothing unless similarities are negative
        bool IsAhead(double gain) => taken.Count == 0 || gain > ahead + taken.Count * rise;
        if (_wanted.Count == level) _wanted.Add(Few);
        float[]? row = null;
        while (taken.Count < most && TensorPrimitives.IndexOfMax<double>(gains) is var best && IsAhead(gains[best]))
        {
            int wanted = _wanted[level], block = Math.Min(most - taken.Count, Math.Max(Block, wanted / Block));
            var (candidates, next) = wanted <= images.Length / 2 ? Candidates(gains, wanted) : (null, 0);
            if (candidates is null || candidates.Length > images.Length / 2)
            {
                _wanted[level] = Math.Max(Few, wanted - wanted / 64);
                taken.Add(best);
                Pick(similarity, best, images[best], gains, row ??= new float[similarity.RowCapacity]);
                continue;
            }
            var some = Take(similarity.Part(candidates), Array.ConvertAll(candidates, c => images[c]), Array.ConvertAll(candidates, c => gains[c]),
                block, Math.Max(next, ahead + taken.Count * rise), level + 1);
            _wanted[level] = some.Count < block ? 2 * wanted : Math.Max(Few, wanted - wanted / 8);
            for (int t = 0; t < some.Count; t++) some[t] = candidates[some[t]];
            Update(similarity, gains, some);
            taken.AddRange(some);
        }
        return taken;
    }

    void Update(SimilarityRows similarity, double[] gains, List<int> taken)
    {
        var sums = new double[gains.Length];
        similarity.AddRows(CollectionsMarshal.AsSpan(taken), sums, _threads);
        for (int i = 0; i < sums.Length; i++) gains[i] -= 2 * sums[i];
        foreach (int e in taken) gains[e] = double.NegativeInfinity;
    }

    void Pick(SimilarityRows similarity, int e, int image, double[] gains, float[] row)
    {
        _cancel.ThrowIfCancellationRequested();
        _picks.Add(new Pick(image, gains[e]));
        similarity.Row(e, row);
        RowArithmetic.AddTimes(-2, row, gains);
        gains[e] = double.NegativeInfinity;
        _progress?.Report(_picks.Count);
    }

    // The images with the largest gains, ascending, `wanted` of them (more where gains are equal, fewer where fewer are left), and the largest gain of the others.
    static (int[]? Candidates, double Next) Candidates(double[] gains, int wanted)
    {
        double least = Math.Max(Largest(gains, wanted), double.MinValue), next = double.NegativeInfinity;
        var candidates = new List<int>(wanted);
        for (int i = 0; i < gains.Length; i++)
            if (gains[i] >= least) candidates.Add(i);
            else next = Math.Max(next, gains[i]);
        return ([.. candidates], next);
    }

    // The k-th largest of the values, by Hoare's selection on a copy.
    static double Largest(double[] of, int k)
    {
        double[] values = [.. of];
        int low = 0, high = values.Length - 1, at = k - 1;
        while (low < high)
        {
            double pivot = values[low + (high - low) / 2];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] > pivot) i++;
                while (values[j] < pivot) j--;
                if (i > j) break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (at <= j) high = j;
            else if (at >= i) low = i;
            else break;
        }
        return values[at];
    }
}
