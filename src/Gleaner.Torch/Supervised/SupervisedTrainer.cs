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
    readonly int[] _subset, _labels;
    readonly EpochBatches _batches, _batchesAhead;
    readonly ViewMaker _maker;
    readonly ViewsAhead _views;
    readonly Optimizer _optimizer;
    readonly TrainingDynamics _dynamics;
    readonly TrainingLoop _loop;
    readonly int _threads;
    long _imagesDone;

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
        (_images, _classifier, _options) = (images, classifier, options);
        StepsPerEpoch = options.StepsPerEpoch(_subset.Length);
        TotalSteps = options.Steps ?? checked(StepsPerEpoch * options.Epochs);
        (_batches, _batchesAhead) = (new(_subset.Length, StepsPerEpoch, options.Seed), new(_subset.Length, StepsPerEpoch, options.Seed));

        var (mean, std) = (classifier.Options.Mean, classifier.Options.Std);
        _maker = new ViewMaker(options.Views, images.Size, [mean.R, mean.G, mean.B], [std.R, std.G, std.B]);
        _threads = get_num_threads();
        _optimizer = Optimizer.Create(classifier.Parameters, options.Optimizer);
        _views = new ViewsAhead(TotalSteps, _batches.LargestBatch, _maker.ViewSize, Fill);
        _dynamics = new TrainingDynamics(_subset.Length);
        try
        {
            var checkpoint = options.CheckpointFolder is { } folder ? new Checkpoint(folder, options.KeepCheckpoints, classifier.State.Concat(_dynamics.State), _optimizer, Settings()) : null;
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

    /// <summary>The images it learns from, as indices of the pool.</summary>
    public IReadOnlyList<int> Images => _subset;

    /// <summary>Forgetting events, confidence and variability up to now, null before the end of the first epoch; complete them with <see cref="ImageScores"/> by <c>with { … }</c>.</summary>
    public SupervisedScores Scores() => _dynamics.Scores(_subset);

    /// <summary>Trains to the end, one step for each item that is asked for; yields nothing if the checkpoint was at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint was written first.</exception>
    /// <exception cref="ArithmeticException">The loss is no longer a number. The last checkpoint is from before.</exception>
    public IEnumerable<SupervisedStep> Run(CancellationToken cancel = default)
    {
        long before = _imagesDone;
        foreach (var (step, seconds) in _loop.Run(Step, cancel)) yield return step with { ImagesPerSecond = seconds > 0 ? (_imagesDone - before) / seconds : 0 };
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

    SupervisedStep Step()
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        double rate = _loop.LearningRate;
        _classifier.Train(true);
        _optimizer.ZeroGradients();
        int[] places = _batches.Of(_loop.Step).ToArray();
        var x = _views.Take(_loop.Step).narrow(0, 0, places.Length);         // (B, 3, H, W)
        var y = tensor(Array.ConvertAll(places, j => (long)_labels[j]));     // (B)
        var logits = _classifier.Logits(x);                                  // (B, K)
        var loss = nn.functional.cross_entropy(logits, y);
        double value = _loop.Checked(loss.item<float>());
        int right = Remember(places, MemoryMarshal.Cast<byte, float>(logits.detach().contiguous().bytes));
        loss.backward();
        _optimizer.Step(rate, _options.LearningRate);
        _imagesDone += places.Length;
        int done = _loop.Step + 1;
        return new SupervisedStep(done, TotalSteps, _loop.Epoch + 1, done % StepsPerEpoch == 0 || done == TotalSteps, value, (double)right / places.Length, rate, ImagesPerSecond: 0);
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
