namespace Gleaner;

/// <summary>
/// What the SAS authors' released code computes: its <c>add</c> zeroes the chosen row, so nothing chosen so far is ever subtracted and
/// F(e|S) = sum_i s_ie for every S. The order is the descending sum of similarities, the most central images first.
/// Deviation: equal sums go to the lowest index; the released code takes the highest.
/// </summary>
public sealed class Modular : SetObjective
{
    readonly double[] _rowSums;

    /// <summary>An objective with <paramref name="rowSums"/> = <see cref="SimilarityRows.RowSums"/>.</summary>
    public Modular(ReadOnlySpan<double> rowSums) => _rowSums = rowSums.ToArray();

    /// <inheritdoc/>
    public override int Count => _rowSums.Length;

    /// <inheritdoc/>
    public override bool IsSubmodular => true;

    /// <inheritdoc/>
    public override double Gain(int e) => _rowSums[e];

    /// <inheritdoc/>
    public override void Add(int e) { }

    /// <summary>The order that <see cref="Greedy"/> would find, by one sort: O(n log n) instead of O(n^2).</summary>
    internal IReadOnlyList<Pick> Sorted(int[]? keep = null)
    {
        keep ??= [];
        int[] order = [.. Enumerable.Range(0, Count).Except(keep)];
        Array.Sort(order, (a, b) => _rowSums[a] == _rowSums[b] ? a.CompareTo(b) : _rowSums[b].CompareTo(_rowSums[a]));
        return [.. keep.Concat(order).Select(e => new Pick(e, _rowSums[e]))];
    }
}
