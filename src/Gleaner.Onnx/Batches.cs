using System.Runtime.ExceptionServices;

namespace Gleaner.Onnx;

/// <summary>Batches side by side, each run by one thread: ONNX Runtime adds up in the same order then, however many threads there are.</summary>
static class Batches
{
    public static void Each(int count, int threads, CancellationToken cancel, Action<int> body)
    {
        if (threads == 1 || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                body(i);
            }
            return;
        }
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, body);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
