namespace Gleaner.Torch;

/// <summary>Which of <paramref name="count"/> images each step sees: every image once in an epoch, in batches whose sizes differ by one at most. For one thread at a time.</summary>
sealed class EpochBatches(int count, int stepsPerEpoch, int seed)
{
    (int Epoch, int[] Order) _last = (-1, []);

    /// <summary>The largest batch.</summary>
    public int LargestBatch => (count + stepsPerEpoch - 1) / stepsPerEpoch;

    /// <summary>The images of step <paramref name="step"/>, counted over all epochs.</summary>
    public ReadOnlySpan<int> Of(int step)
    {
        int epoch = step / stepsPerEpoch, k = step % stepsPerEpoch;
        if (_last.Epoch != epoch) _last = (epoch, EpochOrder.Of(count, seed, epoch));
        return _last.Order.AsSpan(Start(k)..Start(k + 1));
    }

    int Start(int k) => (int)((long)count * k / stepsPerEpoch);
}
