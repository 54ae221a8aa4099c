namespace Gleaner.Torch;

/// <summary>The order of the images in one epoch: a shuffle that depends on seed and epoch alone, so that a resumed run needs no stored random state.</summary>
static class EpochOrder
{
    /// <summary>0 … <paramref name="count"/> - 1, shuffled.</summary>
    public static int[] Of(int count, int seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SplitMix64(SplitMix64.Mix(((ulong)(uint)seed << 32) | (uint)epoch)).Shuffle(order);
        return order;
    }
}
