using System.Globalization;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>What can be seen of a training while it runs: metrics.jsonl, TensorBoard's events, collapse, nearest neighbours.</summary>
sealed class TrainingWatch : IDisposable
{
    /// <summary>A line every so many steps, and at each end of an epoch.</summary>
    const int StepsBetweenLines = 10;

    /// <summary>Looking at the embedding costs about as much as training on so many images; it should be a small part of the time between two looks.</summary>
    const int ImagesBetweenLooks = 5000;

    const string Accuracy = "knn_accuracy", Elapsed = "seconds";

    readonly PretrainSettings _settings;
    readonly Proxy _proxy;
    readonly StageWork _work;
    readonly Terminal _terminal;
    readonly MetricsLog _metrics;
    readonly EventFile _events;
    readonly CollapseMonitor _monitor;
    readonly NeighbourCheck? _neighbours;
    readonly int _stepsPerEpoch, _epochsBetweenLooks;

    public TrainingWatch(PretrainSettings settings, PoolInput pool, Proxy proxy, Pretrainer pretrainer, int images, RunFolder run, Terminal terminal, StageWork work)
    {
        (_settings, _proxy, _terminal, _work, _stepsPerEpoch) = (settings, proxy, terminal, work, pretrainer.StepsPerEpoch);
        _epochsBetweenLooks = Math.Max(1, ImagesBetweenLooks / images);
        _monitor = new CollapseMonitor(pool.Images!);
        if (settings.KnnEvery > 0)
            _neighbours = new NeighbourCheck(pool.Images!, [.. pool.Members.Select(m => (pool.Labels ?? throw new InvalidDataException($"{pool.Path}: --knn-every needs labels, and this pool has none. Leave --knn-every away."))[m])]);
        _metrics = new MetricsLog(run["metrics.jsonl"], pretrainer.ResumedAt);
        ReadBefore(run["metrics.jsonl"]);
        _events = new EventFile(run.Path, pretrainer.ResumedAt);
        if (pretrainer.ResumedAt > 0) return;
        List<(string Name, double Value)> beginning = [];
        if (_neighbours is not null)
        {
            beginning.Add(("knn_accuracy_of_pixels", _neighbours.PixelAccuracy(settings.Threads)));
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"         to beat: nearest neighbours of raw pixels name {100 * beginning[0].Value:0.0} % of the images rightly (k 20, temperature 0.07)"));
        }
        Write(0, beginning);
    }

    /// <summary>The last look at the embedding.</summary>
    public CollapseReport? Collapse { get; private set; }

    /// <summary>Accuracy of nearest neighbours after some epochs, which may be broken numbers at the end; 0 is before the first.</summary>
    public SortedDictionary<double, double> Accuracies { get; } = [];

    /// <summary>The loss of the last line, which may be of an earlier sitting; null before the first.</summary>
    public double? Loss { get; private set; }

    /// <summary>Seconds of the training up to there, all sittings together; null before the first line, or where that is of a version that did not note it.</summary>
    public double? Seconds { get; private set; }

    public void See(PretrainingStep step)
    {
        bool epochEnds = step.Step % _stepsPerEpoch == 0, ends = step.Step == step.TotalSteps;
        if (!epochEnds && !ends && step.Step % StepsBetweenLines != 0) return;
        (Loss, Seconds) = (step.Loss, Math.Round(_work.Seconds, 1));
        Write(step.Step, [("loss", step.Loss), ("learning_rate", step.LearningRate), ("epoch", (double)step.Step / _stepsPerEpoch), ("images_per_second", step.ImagesPerSecond), (Elapsed, Seconds.Value)], step);
    }

    public void Look() => Collapse = _monitor.Look(_proxy);

    public void Dispose()
    {
        _metrics.Dispose();
        _events.Dispose();
        _monitor.Dispose();
        _neighbours?.Dispose();
    }

    void Write(int step, List<(string Name, double Value)> values, PretrainingStep? of = null)
    {
        bool ends = of is { } s && s.Step == s.TotalSteps, epochEnds = step % _stepsPerEpoch == 0;
        int epoch = step / _stepsPerEpoch;
        if (ends || epochEnds && epoch % _epochsBetweenLooks == 0)
        {
            Look();
            values.Add(("spread", Collapse!.Spread));
            values.Add(("effective_rank", Collapse.EffectiveRank));
            if (Collapse.Verdict == CollapseVerdict.Collapsed) _terminal.Warn($"         epoch {epoch}: {Collapse.Sentence}");
        }
        if (_neighbours is not null && (ends || epochEnds && epoch % _settings.KnnEvery == 0))
        {
            double accuracy = _neighbours.Accuracy(_proxy, _settings.Threads);
            Accuracies[EpochOf(step)] = accuracy;
            values.Add((Accuracy, accuracy));
            _terminal.Say(string.Create(CultureInfo.InvariantCulture, $"         epoch {EpochOf(step)}: nearest neighbours name {100 * accuracy:0.0} % of the images rightly"));
        }
        _metrics.Write(step, values);
        _events.Write(step, values);
    }

    double EpochOf(int step) => Math.Round((double)step / _stepsPerEpoch, 2);

    // Of the steps before the checkpoint; later ones are measured again, and the log has dropped them.
    void ReadBefore(string metrics)
    {
        using var reader = new StreamReader(new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty(Accuracy, out var accuracy)) Accuracies[EpochOf(json.RootElement.GetProperty("step").GetInt32())] = accuracy.GetDouble();
            if (json.RootElement.TryGetProperty("loss", out var loss)) Loss = loss.GetDouble();
            if (json.RootElement.TryGetProperty(Elapsed, out var seconds)) Seconds = seconds.GetDouble();
        }
    }
}
