namespace Gleaner;

/// <summary>The random samples of stochastic greedy: s = ceil((n / k) ln(1 / epsilon)) different images out of those that are left, all of them if fewer are.</summary>
internal sealed class PickSamples
{
    readonly int[] _images, _placeOf;
    readonly int _size;
    SplitMix64 _random;
    int _left;

    public PickSamples(bool[] left, Budget budget, double epsilon, int seed)
    {
        _images = [.. Enumerable.Range(0, left.Length).Where(e => left[e])];
        _placeOf = new int[left.Length];
        for (int at = 0; at < _images.Length; at++) _placeOf[_images[at]] = at;
        _left = _images.Length;
        _random = new SplitMix64((ulong)seed);
        int k = left.Length == 0 ? 1 : budget.Of(left.Length);
        _size = (int)Math.Min(Math.Ceiling((double)left.Length / k * Math.Log(1 / epsilon)), int.MaxValue);
    }

    public static void Check(Budget budget, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(budget);
        if (epsilon is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is the share of the value that may be lost; expected above 0 and below 1.");
    }

    /// <summary>The next sample, in no order. It is read before the next one is drawn.</summary>
    public ReadOnlySpan<int> Draw()
    {
        if (_size >= _left) return _images.AsSpan(0, _left);
        for (int at = 0; at < _size; at++) Swap(at, at + _random.NextIndex(_left - at)); // the first steps of a shuffle
        return _images.AsSpan(0, _size);
    }

    /// <summary>Leaves a picked image out of the next samples.</summary>
    public void Remove(int image) => Swap(_placeOf[image], --_left);

    void Swap(int a, int b)
    {
        (_images[a], _images[b]) = (_images[b], _images[a]);
        (_placeOf[_images[a]], _placeOf[_images[b]]) = (a, b);
    }
}
