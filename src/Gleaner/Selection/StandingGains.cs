using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>
/// The gains of all images in facility location, kept up to date as images are added. Where image i becomes better covered, from m to m', every image e
/// with s_ie > m loses min(s_ie, m') - m; nobody else's gain changes.
/// </summary>
/// <remarks>
/// Similarities are multiples of the grid's step, so sums in float64 are exact in any order: these are the bits of a gain that is summed anew. The first gains
/// take half of all products. After that only rows of images that become better covered are made, until few of their similarities are above what covers
/// them: these are kept as a list, which shrinks with every improvement. Once all lists are short they are also turned round, to tell whom an image improves,
/// and no row is made any more.
/// </remarks>
sealed class StandingGains
{

    /// <summary>Rows made together, so that what is fetched of all rows serves four tiles.</summary>
    const int RowsAtOnce = 4 * PackedRows.TileRows;

    /// <summary>A row is listed once its list takes no more memory than it does itself, and one of a kernel once an eighth of it is left: to read it again costs less than to walk through a longer list.</summary>
    const int RowShare = ReachStore.PairBytes / sizeof(float), KernelShare = 8;

    /// <summary>Lists are turned round once they hold so many pairs on the average.</summary>
    const int Few = 64;

    readonly SimilarityRows _similarity;
    readonly ParallelOptions _parallel;
    readonly double[] _gains;                 // sum_i max(0, s_ie - m_i)
    readonly float[] _covered;                // m
    readonly ReachStore _above;               // of image i the images e with s_ie > m_i
    readonly List<Improvement> _unlisted = []; // what the last image improved and is not listed
    readonly ConcurrentBag<Worker> _idle = [];
    readonly float[] _row;
    (int[] Starts, Neighbour[] Pairs)? _improves; // of image e, from Starts[e] on, the images i with s_ie > m_i when lists were turned round

    /// <summary>Starts from what is covered already.</summary>
    /// <param name="similarity">Whose rows are made on demand.</param>
    /// <param name="covered">m, no less than 0; kept up to date from now on.</param>
    /// <param name="roomForRows">Bytes for lists that are not short. A list is kept once it is no longer than twice an image's share: half as long on the average.</param>
    /// <param name="threads">They share the making of rows.</param>
    /// <param name="cancel">Asked whenever rows are made.</param>
    public StandingGains(SimilarityRows similarity, float[] covered, long roomForRows, int threads, CancellationToken cancel)
    {
        int n = similarity.Count;
        (_similarity, _covered) = (similarity, covered);
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        _gains = similarity.SumsAbove(covered, threads, cancel);
        _above = new ReachStore(n, roomForRows, longest: (int)Math.Min(n / (similarity is GivenSimilarity ? KernelShare : RowShare), roomForRows / ReachStore.PairBytes / n * 2));
        _row = new float[similarity.RowCapacity];
    }

    /// <summary>The gain of an image.</summary>
    public double this[int e] => _gains[e];

    /// <summary>The gains of all images.</summary>
    public ReadOnlySpan<double> All => _gains;

    /// <summary>The set grows by an image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
    public void Add(int e)
    {
        if (_improves is { } improves)
        {
            foreach (var (i, s) in improves.Pairs.AsSpan(improves.Starts[e]..improves.Starts[e + 1])) Cover(i, s);
            return;
        }
        _parallel.CancellationToken.ThrowIfCancellationRequested();
        _similarity.Row(e, _row);
        for (int i = 0; i < _covered.Length; i++) Cover(i, _row[i]);
        LoseByRows();
        if (AreShort()) TurnRound();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Cover(int i, float s)
    {
        float m = _covered[i];
        if (s <= m) return;
        _covered[i] = s;
        if (_above.TryList(i, out var list)) _above.Shorten(i, Coverage.Lose(list, m, s, _gains));
        else _unlisted.Add(new Improvement(i, m, s));
    }

    // What is lost where rows are not listed yet, from rows made anew.
    void LoseByRows()
    {
        int blocks = (_unlisted.Count + RowsAtOnce - 1) / RowsAtOnce;
        if (blocks == 0) return;
        Parallel.For(0, blocks, _parallel, () => _idle.TryTake(out var worker) ? worker : new Worker(_similarity, _above), (b, _, worker) =>
        {
            worker.Lose(CollectionsMarshal.AsSpan(_unlisted).Slice(b * RowsAtOnce, Math.Min(RowsAtOnce, _unlisted.Count - b * RowsAtOnce)));
            return worker;
        }, worker =>
        {
            lock (_gains) worker.TakeFrom(_gains);
            _idle.Add(worker);
        });
        _unlisted.Clear();
    }

    // Whether all lists together hold few pairs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool AreShort()
    {
        long pairs = 0;
        for (int i = 0; i < _covered.Length; i++) pairs += _above.TryList(i, out var list) ? list.Length : _covered.Length;
        return pairs <= (long)Few * _covered.Length;
    }

    // What is not listed is listed now, however long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void TurnRound()
    {
        int n = _covered.Length;
        var list = new Neighbour[n + Coverage.Slack];
        for (int i = 0; i < n; i++)
        {
            if (_above.Has(i)) continue;
            _similarity.Row(i, _row);
            _above.Put(i, list[..Coverage.Append(_row.AsSpan(0, n), 0, _covered[i], list, 0)]);
        }
        var starts = new int[n + 1];
        for (int i = 0; i < n; i++)
            foreach (var near in _above.List(i)) starts[near.Index + 1]++;
        for (int e = 0; e < n; e++) starts[e + 1] += starts[e];
        var pairs = LargeArray.Allocate<Neighbour>(starts[n]);
        int[] next = starts[..n];
        for (int i = 0; i < n; i++)
            foreach (var near in _above.List(i)) pairs[next[near.Index]++] = new Neighbour(i, near.Similarity);
        _improves = (starts, pairs);
        _idle.Clear();
    }

    readonly record struct Improvement(int Image, float Before, float After);

    /// <summary>What one thread needs: a part of some rows, their lists, and what everybody loses.</summary>
    sealed class Worker(SimilarityRows similarity, ReachStore lists)
    {
        readonly float[] _part = new float[RowsAtOnce * similarity.PartColumns];
        readonly Neighbour[][] _lists = [.. Enumerable.Range(0, RowsAtOnce).Select(_ => new Neighbour[lists.Longest + Coverage.Slack])];
        readonly double[] _lost = new double[similarity.RowCapacity];

        public void Lose(ReadOnlySpan<Improvement> improved)
        {
            Span<int> images = stackalloc int[improved.Length], counts = stackalloc int[improved.Length];
            Span<float> before = stackalloc float[improved.Length], after = stackalloc float[improved.Length];
            for (int r = 0; r < improved.Length; r++) (images[r], before[r], after[r]) = improved[r];
            for (int column = 0; column < similarity.Count;)
            {
                int columns = similarity.PartOfRows(images, column, _part), end = Math.Min(similarity.Count, column + columns);
                Coverage.AddLosses(_part, before, after, _lost.AsSpan(column, columns));
                for (int r = 0; r < images.Length; r++)
                    counts[r] = IsHopeful(counts[r], column) ? Coverage.Append(_part.AsSpan(r * columns, end - column), column, after[r], _lists[r], counts[r]) : int.MaxValue;
                column += columns;
            }
            for (int r = 0; r < images.Length; r++)
                if (counts[r] <= lists.Longest) lists.Keep(images[r], _lists[r].AsSpan(0, counts[r]));
        }

        // Whether a list that has come so far may still be short enough: not if it is twice as long as its share of the columns.
        bool IsHopeful(int count, int columns) => count <= Math.Min(lists.Longest, 2L * lists.Longest * (columns + similarity.PartColumns) / similarity.Count);

        public void TakeFrom(double[] gains)
        {
            for (int e = 0; e < gains.Length; e++) gains[e] -= _lost[e];
            Array.Clear(_lost);
        }
    }
}
