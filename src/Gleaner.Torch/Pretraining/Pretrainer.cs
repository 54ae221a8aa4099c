using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Trains a proxy without labels: seeded, with progress, to be stopped and continued at any step.</summary>
/// <remarks>
/// Everything random follows from (seed, epoch, image, view), so a continued run gives the same bytes as an undisturbed one on the same machine
/// with any number of threads. The images left over when the pool does not divide into batches are skipped in that epoch, others in the next:
/// BN over a small rest would disturb the weights.
/// </remarks>
public sealed class Pretrainer : IDisposable
{
    readonly DecodedImages _images;
    readonly ContrastiveMethod _method;
    readonly PretrainerOptions _options;
    readonly TimeProvider _time;
    readonly ViewMaker[] _makers;
    readonly ViewsAhead _views;
    readonly Optimizer _optimizer;
    readonly Checkpoint? _checkpoint;
    readonly int[] _subset;
    readonly int _batchSize, _parts, _partSize, _threads;
    (int Epoch, int[] Images) _order = (-1, []);
    int _step;

    /// <summary>Prepares to train <paramref name="method"/>'s proxy and, if there is a checkpoint, goes back to its state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of other settings.</exception>
    public Pretrainer(DecodedImages images, ContrastiveMethod method, PretrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(options);
        Check(images, method, options);
        (_images, _method, _options, _time) = (images, method, options, time ?? TimeProvider.System);
        _subset = TrainingSubset.Of(options.Subset, images.Count);
        _batchSize = Math.Min(options.BatchSize, _subset.Length);
        _parts = Math.Min(options.AccumulationParts, _batchSize / 2);
        _partSize = _batchSize / _parts;
        StepsPerEpoch = _subset.Length / _batchSize;
        TotalSteps = options.Steps ?? checked(StepsPerEpoch * options.Epochs);

        var proxy = method.Proxy.Options;
        float[] mean = [proxy.Mean.R, proxy.Mean.G, proxy.Mean.B], std = [proxy.Std.R, proxy.Std.G, proxy.Std.B];
        _makers = [new ViewMaker(options.Views.First, images.Size, mean, std), new ViewMaker(options.Views.Second, images.Size, mean, std)];
        if (_makers[0].ViewSize != _makers[1].ViewSize)
            throw new ArgumentException($"The first views have {_makers[0].ViewSize} px and the second {_makers[1].ViewSize}; expected one size.", nameof(options));
        _threads = get_num_threads();
        _views = new ViewsAhead(checked(TotalSteps * _parts), 2 * _partSize, _makers[0].ViewSize, Fill);
        _optimizer = Optimizer.Create(method.Parameters, options.Optimizer);
        if (options.CheckpointFolder is not { } folder) return;
        try
        {
            _checkpoint = new Checkpoint(folder, options.KeepCheckpoints, method.State, _optimizer, Settings());
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

    /// <summary>Steps of a pass over the images.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Images in a step: <see cref="PretrainerOptions.BatchSize"/>, or all images if they are fewer.</summary>
    public int BatchSize => _parts * _partSize;

    /// <summary>Trains to the end, one step for each item that is asked for; yields nothing if the checkpoint was at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint was written first.</exception>
    /// <exception cref="ArithmeticException">The loss is no longer a number. The last checkpoint is from before.</exception>
    public IEnumerable<PretrainingStep> Run(CancellationToken cancel = default)
    {
        long start = _time.GetTimestamp(), saved = start;
        int first = _step;
        while (_step < TotalSteps)
        {
            if (cancel.IsCancellationRequested)
            {
                _checkpoint?.Save(_step);
                cancel.ThrowIfCancellationRequested();
            }
            int epoch = _step / StepsPerEpoch;
            double rate = LearningRate.At(_step, TotalSteps, _options.LearningRate, _options.WarmupShare, _options.Schedule);
            double loss = Step(rate, epoch);
            if (++_step % 32 == 0) CollectionPause.CollectBetween();
            double seconds = _time.GetElapsedTime(start).TotalSeconds;
            yield return new PretrainingStep(_step, TotalSteps, epoch + 1, loss, rate, seconds > 0 ? (_step - first) * (double)BatchSize / seconds : 0);

            // After the caller has seen the step, so that whatever it writes of it is never behind the checkpoint.
            if (_checkpoint is not null && (_step == TotalSteps || _time.GetElapsedTime(saved) >= _options.CheckpointEvery))
            {
                _checkpoint.Save(_step);
                saved = _time.GetTimestamp();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _views.Dispose();
        _optimizer.Dispose();
        NativeProcess.ReturnMemory();
    }

    // Part k of the training, counted over all steps. Called for one k at a time.
    void Fill(int k, ViewBatch batch)
    {
        var (step, part) = (k / _parts, k % _parts);
        int epoch = step / StepsPerEpoch;
        if (_order.Epoch != epoch) _order = (epoch, [.. EpochOrder.Of(_subset.Length, _options.Seed, epoch).Select(i => _subset[i])]);
        var indices = _order.Images.AsSpan(step % StepsPerEpoch * _batchSize + part * _partSize, _partSize);
        for (int view = 0; view < 2; view++)
            _makers[view].MakeBatch(_images, indices, _options.Seed, epoch, view, batch.Pixels(view * _partSize, _partSize), _threads);
    }

    double Step(double learningRate, int epoch)
    {
        using var pause = new CollectionPause();
        _method.Train(true);
        _optimizer.ZeroGradients();
        double mean = 0;
        for (int part = 0; part < _parts; part++)
        {
            using var scope = NewDisposeScope();
            var loss = _method.Loss(_views.Take(_step * _parts + part));
            double value = loss.item<float>();
            if (!double.IsFinite(value))
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The loss is {value} at step {_step + 1} of {TotalSteps} (epoch {epoch + 1}, learning rate {learningRate}); expected a finite number. Use a lower learning rate{(_checkpoint is null ? "" : " and delete the checkpoints")}."));
            if (_parts > 1) loss = loss.div(_parts);
            loss.backward();
            mean += value / _parts;
        }
        _optimizer.Step(learningRate, _options.LearningRate);
        _method.AfterStep((_step + 1.0) / TotalSteps);
        return mean;
    }

    static void Check(DecodedImages images, ContrastiveMethod method, PretrainerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epochs);
        if (options.Steps is { } steps) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps, nameof(options.Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.AccumulationParts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.KeepCheckpoints);
        if (!(options.WarmupShare is >= 0 and <= 1)) throw new ArgumentException($"{nameof(options.WarmupShare)} is {options.WarmupShare}; expected a share from 0 to 1.", nameof(options));
        int count = options.Subset?.Count ?? images.Count;
        if (count < 2) throw new ArgumentException($"There are {count} images to learn from; expected at least 2, because an image is learned against others.", nameof(options));
        if (images.Size != method.Proxy.Options.ImageSize)
            throw new ArgumentException($"The images have {images.Size} px; expected {method.Proxy.Options.ImageSize}, as the proxy's options say.", nameof(images));
    }

    /// <summary>Everything that changes the result; the number of threads does not.</summary>
    Dictionary<string, string> Settings()
    {
        static string Text(FormattableString s) => FormattableString.Invariant(s);
        var (o, p) = (_options, _method.Proxy.Options);
        return new Dictionary<string, string>
        {
            ["method"] = _method.Description,
            ["encoder"] = p.Architecture.ToString(),
            ["head"] = JsonSerializer.Serialize(p.Head),
            ["mean"] = Text($"{p.Mean}"),
            ["std"] = Text($"{p.Std}"),
            ["pool"] = o.PoolFingerprint.Length == 0 ? "not named" : o.PoolFingerprint,
            ["images"] = Text($"{_subset.Length} of {_images.Size} px"),
            ["subset"] = o.Subset is null ? "all" : Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(_subset.AsSpan()))),
            ["views"] = JsonSerializer.Serialize(o.Views),
            ["steps"] = Text($"{TotalSteps}"),
            ["batch size"] = Text($"{BatchSize}"),
            ["accumulation parts"] = Text($"{_parts}"),
            ["learning rate"] = Text($"{o.LearningRate}"),
            ["optimizer"] = JsonSerializer.Serialize(o.Optimizer),
            ["warm-up share"] = Text($"{o.WarmupShare}"),
            ["schedule"] = Text($"{o.Schedule}"),
            ["seed"] = Text($"{o.Seed}"),
        };
    }
}
