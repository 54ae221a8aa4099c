namespace Gleaner.Torch;

/// <summary>Work in pieces on some threads. Which thread gets which piece is left open: pieces and the order in which their results are merged must follow from shapes alone, so that bytes do not depend on threads.</summary>
static class Shares
{
    public static void Each(int count, int threads, Action<int> body)
    {
        int workers = Math.Min(threads, count), next = -1;
        if (workers <= 1)
        {
            for (int i = 0; i < count; i++) body(i);
            return;
        }
        Parallel.For(0, workers, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;) body(i);
        });
    }

    /// <summary>0 to <paramref name="count"/> in ranges of <paramref name="grain"/>, the last one shorter.</summary>
    public static void Ranges(long count, long grain, int threads, Action<long, long> body) =>
        Each((int)((count + grain - 1) / grain), threads, i => body(i * grain, Math.Min(count, (i + 1) * grain)));
}
