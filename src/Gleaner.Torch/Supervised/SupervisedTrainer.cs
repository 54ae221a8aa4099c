using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Trains a classifier by cross entropy on labelled images: seeded, to be stopped and continued at any step, remembering what the scores of supervised selection need.</summary>
/// <remarks>
/// Everything random follows from (seed, epoch, image), so a continued run gives the same bytes as an undisturbed one on the same machine with any number of threads. It
/// sees no other data: evaluate between two steps with <see cref="ClassifierAccuracy.Of"/>, which changes nothing.
/// </remarks>
public sealed class SupervisedTrainer : IDisposable
{
    readonly DecodedImages _images;
    readonly Classifier _classifier;
    readonly SupervisedTrainerOptions _options;
    readonly TimeProvider _time;
    readonly int[] _subset, _labels;
    readonly EpochBatches _batches, _batchesAhead;
    readonly ViewMaker _maker;
    readonly ViewsAhead _views;
    readonly Optimizer _optimizer;
    readonly TrainingDynamics _dynamics;
    readonly Checkpoint? _checkpoint;
    readonly int _threads;
    long _imagesDone;
    int _step;

    /// <summary>Prepares to train <paramref name="classifier"/> and, if there is a checkpoint, goes back to its state.</summary>
    /// <param name="images">The pool.</param>
    /// <param name="labels">The class of each image of the pool, from 0; those outside the subset are not looked at.</param>
    /// <param name="classifier">What is trained; it stays the caller's.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="time">For times between savings and rates.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of other settings.</exception>
    public SupervisedTrainer(DecodedImages images, IReadOnlyList<int> labels, Classifier classifier, SupervisedTrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _subset = TrainingSubset.Of(options.Subset, images.Count);
        _labels = ClassLabels.Of(labels, images, _subset, classifier);
        if (_subset.Length < 2) throw new ArgumentException($"There are {_subset.Length} images to learn from; expected at least 2, because BN compares images.", nameof(options));
        (_images, _classifier, _options, _time) = (images, classifier, options, time ?? TimeProvider.System);
        StepsPerEpoch = (_subset.Length + options.BatchSize - 1) / options.BatchSize;
        TotalSteps = options.Steps ?? checked(StepsPerEpoch * options.Epochs);
        (_batches, _batchesAhead) = (new(_subset.Length, StepsPerEpoch, options.Seed), new(_subset.Length, StepsPerEpoch, options.Seed));

        var (mean, std) = (classifier.Options.Mean, classifier.Options.Std);
        _maker = new ViewMaker(options.Views, images.Size, [mean.R, mean.G, mean.B], [std.R, std.G, std.B]);
        _threads = get_num_threads();
        _optimizer = Optimizer.Create(classifier.Parameters, options.Optimizer);
        _views = new ViewsAhead(TotalSteps, _batches.LargestBatch, _maker.ViewSize, Fill);
        _dynamics = new TrainingDynamics(_subset.Length);
        if (options.CheckpointFolder is not { } folder) return;
        try
        {
            _checkpoint = new Checkpoint(folder, options.KeepCheckpoints, classifier.State.Concat(_dynamics.State), _optimizer, Settings());
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

    /// <summary>The images it learns from, as indices of the pool.</summary>
    public IReadOnlyList<int> Images => _subset;

    /// <summary>Forgetting events, confidence and variability up to now, null before the end of the first epoch; complete them with <see cref="ImageScores"/> by <c>with { … }</c>.</summary>
    public SupervisedScores Scores() => _dynamics.Scores(_subset);

    /// <summary>Trains to the end, one step for each item that is asked for; yields nothing if the checkpoint was at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint was written first.</exception>
    /// <exception cref="ArithmeticException">The loss is no longer a number. The last checkpoint is from before.</exception>
    public IEnumerable<SupervisedStep> Run(CancellationToken cancel = default)
    {
        long start = _time.GetTimestamp(), saved = start, before = _imagesDone;
        while (_step < TotalSteps)
        {
            if (cancel.IsCancellationRequested)
            {
                _checkpoint?.Save(_step);
                cancel.ThrowIfCancellationRequested();
            }
            int epoch = _step / StepsPerEpoch;
            double rate = LearningRate.At(_step, TotalSteps, _options.LearningRate, _options.WarmupShare, _options.Schedule);
            var (loss, accuracy) = Step(rate, epoch);
            if (++_step % 32 == 0) CollectionPause.CollectBetween();
            double seconds = _time.GetElapsedTime(start).TotalSeconds;
            yield return new SupervisedStep(_step, TotalSteps, epoch + 1, _step % StepsPerEpoch == 0 || _step == TotalSteps, loss, accuracy, rate, seconds > 0 ? (_imagesDone - before) / seconds : 0);

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
        _dynamics.Dispose();
        NativeProcess.ReturnMemory();
    }

    // On another thread than the steps, so with batches of its own.
    void Fill(int step, ViewBatch batch)
    {
        int[] images = Array.ConvertAll(_batchesAhead.Of(step).ToArray(), j => _subset[j]);
        _maker.MakeBatch(_images, images, _options.Seed, step / StepsPerEpoch, view: 0, batch.Pixels(0, images.Length), _threads);
    }

    (double Loss, double Accuracy) Step(double learningRate, int epoch)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        _classifier.Train(true);
        _optimizer.ZeroGradients();
        int[] places = _batches.Of(_step).ToArray();
        var x = _views.Take(_step).narrow(0, 0, places.Length);              // (B, 3, H, W)
        var y = tensor(Array.ConvertAll(places, j => (long)_labels[j]));     // (B)
        var logits = _classifier.Logits(x);                                  // (B, K)
        var loss = nn.functional.cross_entropy(logits, y);
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new ArithmeticException(FormattableString.Invariant(
                $"The loss is {value} at step {_step + 1} of {TotalSteps} (epoch {epoch + 1}, learning rate {learningRate}); expected a finite number. Use a lower learning rate{(_checkpoint is null ? "" : " and delete the checkpoints")}."));
        int right = Remember(places, MemoryMarshal.Cast<byte, float>(logits.detach().contiguous().bytes));
        loss.backward();
        _optimizer.Step(learningRate, _options.LearningRate);
        _imagesDone += places.Length;
        return (value, (double)right / places.Length);
    }

    int Remember(int[] places, ReadOnlySpan<float> logits)
    {
        int right = 0, classes = _classifier.Classes;
        for (int k = 0; k < places.Length; k++)
        {
            var row = logits.Slice(k * classes, classes);
            int label = _labels[places[k]];
            bool isRight = Softmax.Place(row, label) == 0;
            _dynamics.Add(places[k], isRight, Math.Exp(-Softmax.CrossEntropy(row, label)));
            if (isRight) right++;
        }
        return right;
    }

    /// <summary>Everything that changes the result; the number of threads does not.</summary>
    Dictionary<string, string> Settings()
    {
        static string Text(FormattableString s) => FormattableString.Invariant(s);
        static string Hash(int[] numbers) => Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(numbers.AsSpan())));
        var (o, p) = (_options, _classifier.Options);
        return new Dictionary<string, string>
        {
            ["method"] = "supervised, cross entropy",
            ["encoder"] = p.Architecture.ToString(),
            ["classes"] = Text($"{_classifier.Classes}"),
            ["mean"] = Text($"{p.Mean}"),
            ["std"] = Text($"{p.Std}"),
            ["pool"] = o.PoolFingerprint.Length == 0 ? "not named" : o.PoolFingerprint,
            ["images"] = Text($"{_subset.Length} of {_images.Size} px"),
            ["subset"] = o.Subset is null ? "all" : Hash(_subset),
            ["labels"] = Hash(_labels),
            ["views"] = JsonSerializer.Serialize(o.Views),
            ["steps"] = Text($"{TotalSteps}"),
            ["batch size"] = Text($"{_batches.LargestBatch}"),
            ["learning rate"] = Text($"{o.LearningRate}"),
            ["optimizer"] = JsonSerializer.Serialize(o.Optimizer),
            ["warm-up share"] = Text($"{o.WarmupShare}"),
            ["schedule"] = Text($"{o.Schedule}"),
            ["seed"] = Text($"{o.Seed}"),
        };
    }
}
