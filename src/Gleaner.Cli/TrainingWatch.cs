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

    const string Accuracy = "knn_accuracy";

    readonly PretrainSettings _settings;
    readonly Proxy _proxy;
    readonly Terminal _terminal;
    readonly MetricsLog _metrics;
    readonly EventFile _events;
    readonly CollapseMonitor _monitor;
    readonly NeighbourCheck? _neighbours;
    readonly int _stepsPerEpoch, _epochsBetweenLooks;

    public TrainingWatch(PretrainSettings settings, PoolInput pool, Proxy proxy, Pretrainer pretrainer, int images, RunFolder run, Terminal terminal)
    {
        (_settings, _proxy, _terminal, _stepsPerEpoch) = (settings, proxy, terminal, pretrainer.StepsPerEpoch);
        _epochsBetweenLooks = Math.Max(1, ImagesBetweenLooks / images);
        _monitor = new CollapseMonitor(pool.Images!);
        if (settings.KnnEvery > 0)
            _neighbours = new NeighbourCheck(pool.Images!, [.. pool.Members.Select(m => (pool.Labels ?? throw new InvalidDataException($"{pool.Path}: --knn-every needs labels, and this pool has none. Leave --knn-every away."))[m])]);
        _metrics = new MetricsLog(run["metrics.jsonl"], pretrainer.ResumedAt);
        Accuracies = ReadAccuracies(run["metrics.jsonl"]);
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

    /// <summary>Accuracy of nearest neighbours after some epochs; 0 is before the first.</summary>
    public SortedDictionary<int, double> Accuracies { get; }

    public void See(PretrainingStep step)
    {
        bool epochEnds = step.Step % _stepsPerEpoch == 0, ends = step.Step == step.TotalSteps;
        if (epochEnds || ends || step.Step % StepsBetweenLines == 0)
            Write(step.Step, [("loss", step.Loss), ("learning_rate", step.LearningRate), ("epoch", (double)step.Step / _stepsPerEpoch), ("images_per_second", step.ImagesPerSecond)], step);
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
            Accuracies[epoch] = accuracy;
            values.Add((Accuracy, accuracy));
            _terminal.Say(string.Create(CultureInfo.InvariantCulture, $"         epoch {epoch}: nearest neighbours name {100 * accuracy:0.0} % of the images rightly"));
        }
        _metrics.Write(step, values);
        _events.Write(step, values);
    }

    // Of the steps before the checkpoint; later ones are measured again, and the log has dropped them.
    SortedDictionary<int, double> ReadAccuracies(string metrics)
    {
        var read = new SortedDictionary<int, double>();
        using var reader = new StreamReader(new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty(Accuracy, out var accuracy)) read[json.RootElement.GetProperty("step").GetInt32() / _stepsPerEpoch] = accuracy.GetDouble();
        }
        return read;
    }
}
