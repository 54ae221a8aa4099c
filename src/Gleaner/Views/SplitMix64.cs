namespace Gleaner;

/// <summary>A small seeded generator whose numbers are the same on every machine and version. A struct: pass it by reference.</summary>
/// <remarks>Steele, Lea &amp; Flood 2014, "Fast splittable pseudorandom number generators", with Stafford's mixer 13.</remarks>
struct SplitMix64(ulong seed)
{
    public const ulong Golden = 0x9E3779B97F4A7C15;   // odd and close to 2^64 / phi: the sequence visits every state

    ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in 0 .. <paramref name="countExcl"/> - 1, but for a bias of countExcl / 2^64.</summary>
    public int NextIndex(int countExcl) => (int)Math.BigMul(Next(), (ulong)countExcl, out _);

    /// <summary>Fisher and Yates' shuffle.</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextIndex(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A bijection that leaves no trace of the order of its arguments.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
