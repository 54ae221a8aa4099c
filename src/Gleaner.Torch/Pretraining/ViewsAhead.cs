using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Makes the next batch's views on another thread while the present one is learned from.</summary>
/// <param name="count">How many batches there are.</param>
/// <param name="images">Views in a batch.</param>
/// <param name="size">Width and height of a view.</param>
/// <param name="fill">Writes the views of batch k.</param>
sealed class ViewsAhead(int count, int images, int size, Action<int, ViewBatch> fill) : IDisposable
{
    readonly ViewBatch[] _batches = [new(images, size), new(images, size)];
    (int Index, Task Made)? _next;

    /// <summary>Batch <paramref name="index"/>; its memory is used again at the second call from now.</summary>
    public Tensor Take(int index)
    {
        if (_next is { } next && next.Index == index) next.Made.GetAwaiter().GetResult();
        else
        {
            Wait();
            fill(index, _batches[index & 1]);
        }
        int following = index + 1;
        _next = following < count ? (following, Task.Run(() => fill(following, _batches[following & 1]))) : null;
        return _batches[index & 1].Images;
    }

    public void Dispose()
    {
        Wait();
        foreach (var batch in _batches) batch.Dispose();
    }

    // Whatever went wrong there will go wrong again, and be told, when the batch is asked for.
    void Wait() => (_next?.Made)?.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
}
