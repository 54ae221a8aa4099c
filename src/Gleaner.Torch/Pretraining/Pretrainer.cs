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
    readonly ViewMaker[] _makers;
    readonly ViewsAhead _views;
    readonly Optimizer _optimizer;
    readonly TrainingLoop _loop;
    readonly int[] _subset;
    readonly int _batchSize, _parts, _partSize, _threads;
    (int Epoch, int[] Images) _order = (-1, []);

    /// <summary>Prepares to train <paramref name="method"/>'s proxy and, if there is a checkpoint, goes back to its state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of other settings.</exception>
    public Pretrainer(DecodedImages images, ContrastiveMethod method, PretrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(options);
        Check(images, method, options);
        (_images, _method, _options) = (images, method, options);
        _subset = TrainingSubset.Of(options.Subset, images.Count);
        _batchSize = Math.Min(options.BatchSize, _subset.Length);
        _parts = options.PartsOf(_subset.Length);
        _partSize = _batchSize / _parts;
        StepsPerEpoch = options.StepsPerEpoch(_subset.Length);
        TotalSteps = options.Steps ?? checked(StepsPerEpoch * options.Epochs);

        var proxy = method.Proxy.Options;
        float[] mean = [proxy.Mean.R, proxy.Mean.G, proxy.Mean.B], std = [proxy.Std.R, proxy.Std.G, proxy.Std.B];
        _makers = [new ViewMaker(options.Views.First, images.Size, mean, std), new ViewMaker(options.Views.Second, images.Size, mean, std)];
        if (_makers[0].ViewSize != _makers[1].ViewSize)
            throw new ArgumentException($"The first views have {_makers[0].ViewSize} px and the second {_makers[1].ViewSize}; expected one size.", nameof(options));
        _threads = get_num_threads();
        _views = new ViewsAhead(checked(TotalSteps * _parts), 2 * _partSize, _makers[0].ViewSize, Fill);
        _optimizer = Optimizer.Create(method.Parameters, options.Optimizer);
        try
        {
            var checkpoint = options.CheckpointFolder is { } folder ? new Checkpoint(folder, options.KeepCheckpoints, method.State, _optimizer, Settings()) : null;
            _loop = new(TotalSteps, StepsPerEpoch, step => LearningRate.At(step, TotalSteps, options.LearningRate, options.WarmupShare, options.Schedule), checkpoint, options.CheckpointEvery,
                time ?? TimeProvider.System);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many steps the checkpoint had made; 0 for a fresh run.</summary>
    public int ResumedAt => _loop.ResumedAt;

    /// <summary>Steps of a pass over the images.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Images in a step: <see cref="PretrainerOptions.ImagesPerStep"/>.</summary>
    public int BatchSize => _options.ImagesPerStep(_subset.Length);

    /// <summary>Trains to the end, one step for each item that is asked for; yields nothing if the checkpoint was at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint was written first.</exception>
    /// <exception cref="ArithmeticException">The loss is no longer a number. The last checkpoint is from before.</exception>
    public IEnumerable<PretrainingStep> Run(CancellationToken cancel = default)
    {
        int first = _loop.Step;
        foreach (var (step, seconds) in _loop.Run(Step, cancel)) yield return step with { ImagesPerSecond = seconds > 0 ? (step.Step - first) * (double)BatchSize / seconds : 0 };
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

    PretrainingStep Step()
    {
        using var pause = new CollectionPause();
        double rate = _loop.LearningRate, mean = 0;
        _method.Train(true);
        _optimizer.ZeroGradients();
        for (int part = 0; part < _parts; part++)
        {
            using var scope = NewDisposeScope();
            var loss = _method.Loss(_views.Take(_loop.Step * _parts + part));
            mean += _loop.Checked(loss.item<float>()) / _parts;
            if (_parts > 1) loss = loss.div(_parts);
            loss.backward();
        }
        _optimizer.Step(rate, _options.LearningRate);
        int done = _loop.Step + 1;
        _method.AfterStep((double)done / TotalSteps);
        return new PretrainingStep(done, TotalSteps, _loop.Epoch + 1, mean, rate, ImagesPerSecond: 0);
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
