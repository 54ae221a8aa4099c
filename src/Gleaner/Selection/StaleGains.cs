using System.Runtime.CompilerServices;

namespace Gleaner;

/// <summary>
/// The priority queue of lazy maximisers: images by what is known of their gains, an upper bound since gains only fall, largest first and the lowest index
/// among equals. A binary heap whose entries carry the round in which the bound was exact.
/// </summary>
internal sealed class StaleGains
{
    readonly SetObjective _objective;
    readonly (double Bound, int Image)[] _heap;
    readonly int[] _exactIn;
    readonly List<int> _batch = [];
    double[] _gains = [];
    int _count, _round;

    /// <summary>An empty queue for <paramref name="objective"/>.</summary>
    /// <exception cref="ArgumentException">The objective is not submodular: its gains may rise, so an old gain bounds nothing.</exception>
    public StaleGains(SetObjective objective)
    {
        if (!objective.IsSubmodular)
            throw new ArgumentException($"{objective.GetType().Name} is not submodular here (graph cut and facility location are for similarities >= 0); use {nameof(Greedy)}.", nameof(objective));
        _objective = objective;
        _heap = new (double, int)[objective.Count];
        _exactIn = new int[objective.Count];
    }

    /// <summary>Replaces what is queued by <paramref name="images"/>, with the bounds at their places in <paramref name="bounds"/>.</summary>
    public void Fill(ReadOnlySpan<int> images, double[] bounds)
    {
        _count = images.Length;
        for (int i = 0; i < images.Length; i++) _heap[i] = (bounds[images[i]], images[i]);
        for (int at = _count / 2 - 1; at >= 0; at--) Sink(at);
    }

    /// <summary>Asks the objective for gains until the first image is known to be the best, and takes it off. The bounds learnt on the way go to <paramref name="bounds"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // compiled once, at full speed: a selection is often over before tiering up
    public Pick TakeBest(double[] bounds)
    {
        _round++;
        while (_exactIn[_heap[0].Image] != _round)
        {
            int e = _heap[0].Image, atOnce = _objective.GainsAtOnce(e);
            if (atOnce > 1) RefreshMany(atOnce, bounds);
            else
            {
                _heap[0].Bound = bounds[e] = _objective.Gain(e);
                _exactIn[e] = _round;
                Sink(0);
            }
        }
        var (gain, best) = TakeFirst();
        return new Pick(best, gain);
    }

    // The likely next ones together with the first: gains that turn out not to be needed are tighter bounds and change no pick.
    void RefreshMany(int dear, double[] bounds)
    {
        _batch.Clear();
        while (dear > 0 && _count > 0 && _exactIn[_heap[0].Image] != _round)
        {
            int e = TakeFirst().Image;
            _batch.Add(e);
            if (_objective.GainsAtOnce(e) > 1) dear--;
        }
        if (_gains.Length < _batch.Count) _gains = new double[2 * _batch.Count];
        var images = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_batch);
        _objective.Gains(images, _gains);
        for (int r = 0; r < images.Length; r++)
        {
            int e = images[r];
            _exactIn[e] = _round;
            bounds[e] = _gains[r];
            Put((_gains[r], e));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Before((double Bound, int Image) a, (double Bound, int Image) b) => a.Bound > b.Bound || (a.Bound == b.Bound && a.Image < b.Image);

    (double Bound, int Image) TakeFirst()
    {
        var first = _heap[0];
        _heap[0] = _heap[--_count];
        Sink(0);
        return first;
    }

    void Put((double Bound, int Image) entry)
    {
        int at = _count++;
        for (; at > 0 && Before(entry, _heap[(at - 1) / 2]); at = (at - 1) / 2) _heap[at] = _heap[(at - 1) / 2];
        _heap[at] = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Sink(int at)
    {
        var entry = _heap[at];
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= _count) break;
            if (child + 1 < _count && Before(_heap[child + 1], _heap[child])) child++;
            if (!Before(_heap[child], entry)) break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = entry;
    }
}
