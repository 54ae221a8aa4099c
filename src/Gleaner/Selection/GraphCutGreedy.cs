namespace Gleaner;

/// <summary>
/// What <see cref="Greedy"/> finds for <see cref="GraphCut"/>, to the bit, at the speed of matrix products: O(n^2 d) multiply-adds, O(n d) memory.
/// </summary>
/// <remarks>
/// Every image is ranked, so every row of similarities is needed once, the moment its image is picked: gains fall by 2 s_ie. <see cref="RowsAhead"/> makes the rows of
/// the images of largest gain together, because one row alone has to fetch all n rows of the embedding. Sums of similarities are exact
/// (<see cref="SimilarityGrid"/>), so the order of additions does not show.
/// </remarks>
static class GraphCutGreedy
{
    /// <summary>With so few images left, leaving out those that were taken saves less than it costs.</summary>
    const int Few = 1024;

    /// <summary>Ranks all n images, those to <paramref name="keep"/> first; <paramref name="rowSums"/> = <see cref="SimilarityRows.RowSums"/>.</summary>
    public static IReadOnlyList<Pick> Rank(SimilarityRows similarity, ReadOnlySpan<double> rowSums, int[] keep, int threads = 1, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        double[] gains = rowSums.ToArray();
        for (int e = 0; e < gains.Length; e++) gains[e] -= similarity.Self(e);
        int[] images = [.. Enumerable.Range(0, gains.Length)];
        var rows = new RowsAhead(similarity, threads);
        var picks = new List<Pick>(images.Length);
        while (picks.Count < rowSums.Length)
        {
            int left = rowSums.Length - picks.Count;
            if (picks.Count >= keep.Length && left > Few && left <= images.Length / 2) // images that were taken are dropped once they are half of what every pick pays for
            {
                int[] some = [.. Enumerable.Range(0, images.Length).Where(i => gains[i] > double.NegativeInfinity)];
                (images, gains) = (Array.ConvertAll(some, i => images[i]), Array.ConvertAll(some, i => gains[i]));
                similarity = similarity.Part(some);
                rows = new RowsAhead(similarity, threads);
            }
            cancel.ThrowIfCancellationRequested();
            int e = picks.Count < keep.Length ? keep[picks.Count] : gains.IndexOf(RowArithmetic.Largest(gains));
            picks.Add(new Pick(images[e], gains[e]));
            RowArithmetic.AddTimes(-2, rows.Of(e, gains), gains);
            gains[e] = double.NegativeInfinity;
            progress?.Report(picks.Count);
        }
        return picks;
    }
}
