namespace Gleaner;

/// <summary>The random numbers of one view: a hash of its <see cref="ViewSeed"/> starts a <see cref="SplitMix64"/> sequence.</summary>
struct ViewRandom
{
    SplitMix64 _sequence;

    public ViewRandom(ViewSeed seed)
    {
        // Mix is a bijection, so two seeds that differ in one number never start at the same state.
        ulong state = SplitMix64.Mix((uint)seed.Seed + SplitMix64.Golden);
        state = SplitMix64.Mix((state ^ (uint)seed.Epoch) + SplitMix64.Golden);
        state = SplitMix64.Mix((state ^ (uint)seed.Image) + SplitMix64.Golden);
        _sequence = new SplitMix64(SplitMix64.Mix((state ^ (uint)seed.View) + SplitMix64.Golden));
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => _sequence.NextDouble();

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    public double Uniform(double min, double max) => min + (max - min) * NextDouble();

    /// <summary>Uniform in 0 .. <paramref name="countExcl"/> - 1.</summary>
    public int Next(int countExcl) => _sequence.NextIndex(countExcl);

    /// <summary>True with this probability; never for 0, always for 1.</summary>
    public bool Chance(double probability) => NextDouble() < probability;
}
