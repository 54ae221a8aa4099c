using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>For each of many rows x the packed row c_j with the largest &lt;x, c_j&gt; - bias_j, the lowest j among equals. Products are compared where they are made.</summary>
sealed class NearestRows
{
    const int Tile = PackedRows.TileRows, Columns = PackedRows.TileColumns, Strip = PackedRows.StripRows, Lanes = 16;

    readonly PackedRows _packed;
    readonly float[] _bias; // infinite behind the last row, where the panel is filled up

    /// <summary>Looks among <paramref name="packed"/>; no <paramref name="bias"/> means none.</summary>
    public NearestRows(PackedRows packed, ReadOnlySpan<float> bias = default)
    {
        _packed = packed;
        _bias = new float[packed.Capacity + Columns];
        Array.Fill(_bias, float.PositiveInfinity);
        if (bias.IsEmpty) _bias.AsSpan(0, packed.Count).Clear();
        else bias.CopyTo(_bias);
    }

    /// <summary>Finds the nearest of <paramref name="nearest"/>.Length rows, the first of which is at the start of <paramref name="rows"/>.</summary>
    public void Find(ReadOnlySpan<float> rows, Span<int> nearest, Span<float> score)
    {
        var best = new float[Strip * Lanes];
        var at = new int[Strip * Lanes];
        var tiles = new float[Strip * Columns];
        float[]? filled = null;
        int d = _packed.Dimension;
        rows = rows[..(nearest.Length * d)];
        for (int first = 0; first < nearest.Length; first += Strip)
        {
            int count = Math.Min(Strip, nearest.Length - first), whole = PackedRows.WholeTiles(count);
            var strip = PackedRows.Strip(rows, first, whole, d, ref filled);
            Array.Fill(best, float.NegativeInfinity);
            Array.Clear(at);
            for (int panel = 0; panel < _packed.Panels;)
            {
                int panels = _packed.MultiplyTiles(strip, whole, panel, _packed.Panels, tiles);
                for (int r = 0; r < whole; r += Tile)
                    Compare(tiles.AsSpan(r * Columns), panels, _bias.AsSpan(panel * Lanes), panel * Lanes, best.AsSpan(r * Lanes), at.AsSpan(r * Lanes));
                panel += panels;
            }
            for (int r = 0; r < count; r++) (nearest[first + r], score[first + r]) = Largest(best.AsSpan(r * Lanes, Lanes), at.AsSpan(r * Lanes, Lanes));
        }
    }

    /// <summary>For eight rows that lie one behind the other the best of the packed rows in some panels, and how the next of them scores.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindTwo(ReadOnlySpan<float> eightRows, (int First, int EndExcl) panels, Span<TwoLargest> found)
    {
        Span<float> tile = stackalloc float[Tile * Columns], best = stackalloc float[Tile * Lanes], second = stackalloc float[Tile * Lanes];
        Span<int> at = stackalloc int[Tile * Lanes];
        best.Fill(float.NegativeInfinity);
        second.Fill(float.NegativeInfinity);
        at.Clear();
        for (int panel = panels.First; panel < panels.EndExcl;)
        {
            int width = _packed.MultiplyTiles(eightRows, Tile, panel, panels.EndExcl, tile);
            for (int p = 0; p < width; p++, panel++)
            {
                var less = Vector512.Create<float>(_bias.AsSpan(panel * Lanes, Lanes));
                var index = Vector512.Create(panel * Lanes) + Vector512<int>.Indices;
                for (int r = 0; r < Tile; r++)
                {
                    var score = Vector512.Create<float>(tile.Slice(r * Columns + p * Lanes, Lanes)) - less;
                    var before = Vector512.Create<float>(best.Slice(r * Lanes, Lanes));
                    var more = Vector512.GreaterThan(score, before);
                    Vector512.Max(Vector512.Create<float>(second.Slice(r * Lanes, Lanes)), Vector512.ConditionalSelect(more, before, score)).CopyTo(second[(r * Lanes)..]);
                    Vector512.ConditionalSelect(more, score, before).CopyTo(best[(r * Lanes)..]);
                    Vector512.ConditionalSelect(more.AsInt32(), index, Vector512.Create<int>(at.Slice(r * Lanes, Lanes))).CopyTo(at[(r * Lanes)..]);
                }
            }
        }
        for (int r = 0; r < Tile; r++)
        {
            var lanes = best.Slice(r * Lanes, Lanes);
            var (index, score) = Largest(lanes, at.Slice(r * Lanes, Lanes));
            lanes[index % Lanes] = float.NegativeInfinity;
            found[r] = new TwoLargest(index, score, Math.Max(Largest(lanes), Largest(second.Slice(r * Lanes, Lanes))));
        }
    }

    // In each lane the first of the largest is kept.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Compare(ReadOnlySpan<float> tile, int panels, ReadOnlySpan<float> bias, int column, Span<float> best, Span<int> at)
    {
        ref float product = ref MemoryMarshal.GetReference(tile), most = ref MemoryMarshal.GetReference(best);
        ref int where = ref MemoryMarshal.GetReference(at);
        for (int p = 0; p < panels; p++)
        {
            var less = Vector512.Create<float>(bias.Slice(p * Lanes, Lanes));
            var index = Vector512.Create(column + p * Lanes) + Vector512<int>.Indices;
            for (nuint r = 0; r < Tile; r++)
            {
                var score = Vector512.LoadUnsafe(ref product, r * Columns + (nuint)(p * Lanes)) - less;
                var before = Vector512.LoadUnsafe(ref most, r * Lanes);
                var more = Vector512.GreaterThan(score, before);
                Vector512.ConditionalSelect(more, score, before).StoreUnsafe(ref most, r * Lanes);
                Vector512.ConditionalSelect(more.AsInt32(), index, Vector512.LoadUnsafe(ref where, r * Lanes)).StoreUnsafe(ref where, r * Lanes);
            }
        }
    }

    // The lowest place among those of the largest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (int Index, float Score) Largest(ReadOnlySpan<float> best, ReadOnlySpan<int> at)
    {
        float largest = Largest(best);
        var lanes = Vector512.Equals(Vector512.Create<float>(best), Vector512.Create(largest));
        var places = Vector512.ConditionalSelect(lanes.AsInt32(), Vector512.Create<int>(at), Vector512.Create(int.MaxValue));
        return (Smallest(places), largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Largest(ReadOnlySpan<float> lanes)
    {
        var eight = Vector256.MaxNative(Vector256.Create<float>(lanes), Vector256.Create<float>(lanes[8..]));
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Smallest(Vector512<int> lanes)
    {
        var eight = Vector256.Min(lanes.GetLower(), lanes.GetUpper());
        var four = Vector128.Min(eight.GetLower(), eight.GetUpper());
        four = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
