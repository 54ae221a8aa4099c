using System.Text.Json;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Trains a proxy without labels: seeded, with progress, to be stopped and continued at any step.</summary>
/// <remarks>
/// Everything random follows from (seed, epoch, image, view), so a continued run gives the same bytes as an undisturbed one on the same machine
/// with the same number of threads. The images left over when the pool does not divide into batches are skipped in that epoch, others in the next:
/// BN over a small rest would disturb the weights.
/// </remarks>
public sealed class Pretrainer : IDisposable
{
    readonly DecodedImages _images;
    readonly ContrastiveMethod _method;
    readonly PretrainerOptions _options;
    readonly TimeProvider _time;
    readonly ViewMaker _views;
    readonly ViewBatch _batch;
    readonly Adam _adam;
    readonly Checkpoint? _checkpoint;
    readonly int _batchSize, _stepsPerEpoch;
    int _step;

    /// <summary>Prepares to train <paramref name="method"/>'s proxy and, if the checkpoint exists, goes back to its state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of other settings.</exception>
    public Pretrainer(DecodedImages images, ContrastiveMethod method, PretrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 2);
        if (images.Count < 2) throw new ArgumentException($"The pool holds {images.Count} images; expected at least 2, because an image is learned against others.", nameof(images));
        if (images.Size != method.Proxy.Options.ImageSize)
            throw new ArgumentException($"The images have {images.Size} px; expected {method.Proxy.Options.ImageSize}, as the proxy's options say.", nameof(images));
        (_images, _method, _options, _time) = (images, method, options, time ?? TimeProvider.System);

        var proxy = method.Proxy.Options;
        _views = new ViewMaker(options.Views, images.Size, [proxy.Mean.R, proxy.Mean.G, proxy.Mean.B], [proxy.Std.R, proxy.Std.G, proxy.Std.B]);
        _batchSize = Math.Min(options.BatchSize, images.Count);
        _stepsPerEpoch = images.Count / _batchSize;
        TotalSteps = checked(_stepsPerEpoch * options.Epochs);
        _batch = new ViewBatch(2 * _batchSize, _views.ViewSize);
        _adam = new Adam(method.Parameters, options.WeightDecay);
        if (options.CheckpointPath is not { } path) return;
        try
        {
            _checkpoint = new Checkpoint(path, method, _adam, Settings());
            _step = ResumedAt = _checkpoint.Load();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many steps the checkpoint had made; 0 for a fresh run.</summary>
    public int ResumedAt { get; }

    /// <summary>Steps of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Trains to the end, one step for each item that is asked for; yields nothing if the checkpoint was at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint was written first.</exception>
    /// <exception cref="ArithmeticException">The loss is no longer a number. The last checkpoint is from before.</exception>
    public IEnumerable<PretrainingStep> Run(CancellationToken cancel = default)
    {
        long start = _time.GetTimestamp(), saved = start;
        int first = _step, epoch = -1;
        int[] order = [];
        while (_step < TotalSteps)
        {
            if (cancel.IsCancellationRequested)
            {
                _checkpoint?.Save(_step);
                cancel.ThrowIfCancellationRequested();
            }
            if (epoch != _step / _stepsPerEpoch) order = EpochOrder.Of(_images.Count, _options.Seed, epoch = _step / _stepsPerEpoch);
            double rate = LearningRate.At(_step, TotalSteps, _options.LearningRate, _options.WarmupShare);
            FillBatch(order.AsSpan(_step % _stepsPerEpoch * _batchSize, _batchSize), epoch);
            double loss = Step(rate, epoch);
            if (++_step % 32 == 0) NativeProcess.ReturnMemory();

            if (_checkpoint is not null && (_step == TotalSteps || _time.GetElapsedTime(saved) >= _options.CheckpointEvery))
            {
                _checkpoint.Save(_step);
                saved = _time.GetTimestamp();
            }
            double seconds = _time.GetElapsedTime(start).TotalSeconds;
            yield return new PretrainingStep(_step, TotalSteps, epoch + 1, loss, rate, seconds > 0 ? (_step - first) * (double)_batchSize / seconds : 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _adam.Dispose();
        NativeProcess.ReturnMemory();
    }

    void FillBatch(ReadOnlySpan<int> indices, int epoch)
    {
        int threads = get_num_threads();
        for (int view = 0; view < 2; view++)
            _views.MakeBatch(_images, indices, _options.Seed, epoch, view, _batch.Pixels(view * _batchSize, _batchSize), threads);
    }

    double Step(double learningRate, int epoch)
    {
        using var scope = NewDisposeScope();
        _method.Train(true);
        _adam.ZeroGradients();
        var loss = _method.Loss(_batch.Images);
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new ArithmeticException(FormattableString.Invariant(
                $"The loss is {value} at step {_step + 1} of {TotalSteps} (epoch {epoch + 1}, learning rate {learningRate}); expected a finite number. Use a lower learning rate{(_checkpoint is null ? "" : " and delete the checkpoint")}."));
        loss.backward();
        _adam.Step(learningRate);
        return value;
    }

    /// <summary>Everything that changes the result; the number of threads is left out because it changes only the last bits.</summary>
    Dictionary<string, string> Settings()
    {
        static string Text(FormattableString s) => FormattableString.Invariant(s);
        var (o, p) = (_options, _method.Proxy.Options);
        return new Dictionary<string, string>
        {
            ["method"] = _method.Description,
            ["encoder"] = p.Architecture.ToString(),
            ["head dimension"] = Text($"{p.HeadDimension}"),
            ["mean"] = Text($"{p.Mean}"),
            ["std"] = Text($"{p.Std}"),
            ["pool"] = o.PoolFingerprint.Length == 0 ? "not named" : o.PoolFingerprint,
            ["images"] = Text($"{_images.Count} of {_images.Size} px"),
            ["views"] = JsonSerializer.Serialize(o.Views),
            ["epochs"] = Text($"{o.Epochs}"),
            ["batch size"] = Text($"{_batchSize}"),
            ["learning rate"] = Text($"{o.LearningRate}"),
            ["weight decay"] = Text($"{o.WeightDecay}"),
            ["warm-up share"] = Text($"{o.WarmupShare}"),
            ["seed"] = Text($"{o.Seed}"),
        };
    }
}
