using System.Globalization;
using System.Text;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>From an encoder and labelled images to what it is worth.</summary>
sealed class EvaluatePipeline(EvaluateSettings settings, CancellationToken cancel)
{
    const double TestShare = 0.2;

    readonly Terminal _terminal = Terminal.ForConsole(settings.Quiet);
    int[]? _fitRows, _heldRows, _subsetRows; // of the files that say so

    public int Run()
    {
        EncoderFile.Describe(settings.Encoder);   // before anything expensive: what is no encoder is refused here
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var run = RunFolder.Open(settings.Out);
        var stages = new StageRunner(run, _terminal);
        LibTorch.Load(settings.Threads);
        using var proxy = EncoderFile.Load(settings.Encoder);
        var options = proxy.Options;
        string hash = ContentHash.OfFile(settings.Encoder), before = proxy.WeightsHash();
        _terminal.Say($"encoder  {options.Architecture}, {proxy.Dimension} features, {options.ImageSize} px ({(options.TrainedBy.Length > 0 ? options.TrainedBy : "it does not say what trained it")})");

        var (training, test, from) = Open(stages, options.ImageSize);
        using var trainingImages = training.Pool.Images;
        using var testImages = test?.Pool.Images;
        ReadLists(training, test); // what is wrong with them is said before anything is embedded
        var (fit, held, left) = Parts(training, test, pool => pool.Embed(proxy, hash, pool == training ? "" : "test-", stages, cancel));
        if (left > 0) _terminal.Warn($"         {Terminal.Number(left)} test images have labels that no training image has; they are left out");
        var (linear, neighbours) = Probe("linear", fit, held);
        var baselines = settings.Baselines ? Baselines(training, test, proxy).ToArray() : null;
        IReadOnlyList<FewShotScore>? few = null;
        if (settings.FewShot)
        {
            _terminal.Say($"few-shot {settings.Draws} draws each of 1 % and 10 % of the labels");
            var fewOptions = new FewShotOptions { Draws = settings.Draws, Seed = settings.Seed };
            few = FewShotProbe.Evaluate(fit, held, fewOptions with { Probe = fewOptions.Probe with { Threads = settings.Threads } }, cancel: cancel);
        }
        var geometry = settings.Geometry ? new GeometryStage(settings, _terminal, cancel).Measure(training, proxy, _subsetRows) : null;

        var report = new EvaluationReport
        {
            Gleaner = Product.Version,
            Encoder = settings.Encoder,
            EncoderHash = hash,
            Architecture = options.Architecture.ToString(),
            TrainedBy = options.TrainedBy,
            EncoderUnchanged = before == proxy.WeightsHash() && hash == ContentHash.OfFile(settings.Encoder),
            Pool = settings.Pool,
            TrainingImages = fit.Count,
            Test = from,
            TestImages = held.Count,
            TestImagesLeftOut = left,
            Dimension = fit.Dimension,
            Seed = settings.Seed,
            Seconds = Math.Round(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
            Linear = linear,
            Neighbours = neighbours,
            Baselines = baselines,
            FewShot = few,
            Geometry = geometry,
        };
        if (!report.EncoderUnchanged) throw new InvalidOperationException($"{settings.Encoder}: the encoder changed while it was evaluated.");
        string json = JsonSerializer.Serialize(report, EvaluationJson.Default.EvaluationReport);
        AtomicFile.Write(run["evaluation.json"], stream => stream.Write(Encoding.UTF8.GetBytes(json)));
        if (settings.Json) _terminal.Result(json);
        else if (!settings.Quiet) _terminal.Result(new EvaluationText(report, run["evaluation.json"]).ToString());
        return ExitCode.Done;
    }

    (LabelledPool Training, LabelledPool? Test, string From) Open(StageRunner stages, int size)
    {
        var read = new PoolSettings { Path = settings.Pool, Labels = true, ImageSize = size, PixelsFrom = settings.PixelsFrom, Threads = settings.Threads };
        var pool = new PoolStage(read, stages, cancel).Open();
        if (pool.Images is null) throw new UsageException($"{settings.Pool}: holds embeddings; an encoder is evaluated on images.");
        var training = LabelledPool.Of(pool);
        if (settings.TestOnFile is { } file) return (training, null, $"the images of {settings.Pool} that {file} lists");
        var test = LabelledPool.Test(settings.Test, pool, read, stages, cancel);
        string from = test?.InWords(settings.Test ?? settings.Pool)
            ?? string.Create(CultureInfo.InvariantCulture, $"{100 * TestShare:0} % of the pool, drawn class by class (seed {settings.Seed})");
        return (training, test, from);
    }

    void ReadLists(LabelledPool training, LabelledPool? test)
    {
        int[]? Rows(string? file) => file is null ? null : training.RowsOf(file, _terminal);
        (_heldRows, _fitRows, _subsetRows) = (Rows(settings.TestOnFile), Rows(settings.TrainOnFile), Rows(settings.SubsetFile));
        if (_heldRows is null)
        {
            if (_fitRows is not null && test is null) throw new UsageException("--train-on needs test images that no probe learns from. Give them with --test POOL or --test-on FILE.");
            return;
        }
        if (_fitRows?.Intersect(_heldRows).Count() is { } both and > 0)
            throw new UsageException($"{both} images are in {settings.TrainOnFile} (--train-on) and in {settings.TestOnFile} (--test-on); expected no image in both.");
        _fitRows ??= [.. Enumerable.Range(0, training.Members.Length).Except(_heldRows)];
        if (_fitRows.Length == 0) throw new UsageException($"--test-on {settings.TestOnFile} lists every image of {settings.Pool}; none is left for the probes to learn from.");
    }

    (LinearProbeResult Linear, NearestNeighbourResult Neighbours) Probe(string stage, LabeledRows fit, LabeledRows held)
    {
        _terminal.Say($"{stage,-8} L-BFGS on {Terminal.Number(fit.Count)} images, weight decay by a validation part of them");
        _terminal.StartStage();
        return (LinearProbe.Evaluate(fit, held, new() { Seed = settings.Seed, Threads = settings.Threads }, new Progress(stage, _terminal), cancel),
            NearestNeighbourProbe.Evaluate(fit, held, new() { Neighbours = Math.Min(settings.Neighbours, fit.Count), Temperature = settings.Temperature, Threads = settings.Threads }, cancel: cancel));
    }

    IEnumerable<BaselineScore> Baselines(LabelledPool training, LabelledPool? test, Proxy proxy)
    {
        var (fit, held, _) = Parts(training, test, pool => pool.Pixels());
        var (linear, neighbours) = Probe("pixels", fit, held);
        yield return new("raw pixels", fit.Dimension, linear, neighbours);
        using var untrained = Proxy.Create(proxy.Options, settings.Seed);
        (fit, held, _) = Parts(training, test, pool => pool.Embed(untrained, cancel));
        (linear, neighbours) = Probe("fresh", fit, held);
        yield return new("untrained network", fit.Dimension, linear, neighbours);
    }

    /// <summary>What probes learn from and are tested on; test images of classes that none learns are left out, so many.</summary>
    (LabeledRows Fit, LabeledRows Held, int LeftOut) Parts(LabelledPool training, LabelledPool? test, Func<LabelledPool, LabeledRows> features)
    {
        var rows = features(training);
        LabeledRows fit, held;
        if (_heldRows is not null) (fit, held) = (rows.Select(_fitRows!), rows.Select(_heldRows));
        else if (test is not null) (fit, held) = (_fitRows is null ? rows : rows.Select(_fitRows), features(test));
        else (fit, held) = Split(rows);
        var known = Known(fit, held);
        return (fit, known, held.Count - known.Count);
    }

    // Class by class, at least one image of a class stays for training.
    (LabeledRows Fit, LabeledRows Held) Split(LabeledRows rows)
    {
        int[] labels = rows.Labels.ToArray();
        var random = new Random(settings.Seed);
        var held = new bool[labels.Length];
        foreach (var members in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]).OrderBy(g => g.Key))
        {
            int[] shuffled = [.. members];
            random.Shuffle(shuffled);
            foreach (int i in shuffled.Take(Math.Min(shuffled.Length - 1, (int)Math.Round(TestShare * shuffled.Length)))) held[i] = true;
        }
        if (!held.Contains(true)) throw new InvalidDataException($"{settings.Pool}: no class has images enough to hold some out. Give labelled test images with --test POOL.");
        int[] all = [.. Enumerable.Range(0, labels.Length)];
        return (rows.Select(Array.FindAll(all, i => !held[i])), rows.Select(Array.FindAll(all, i => held[i])));
    }

    static LabeledRows Known(LabeledRows fit, LabeledRows held)
    {
        var labels = fit.Labels.ToArray().ToHashSet();
        int[] known = [.. Enumerable.Range(0, held.Count).Where(i => labels.Contains(held.Labels.Span[i]))];
        if (known.Length == 0) throw new InvalidDataException("No test image has a label that a training image has. Are both of the same classes, and folders named alike?");
        return known.Length == held.Count ? held : held.Select(known);
    }

    sealed class Progress(string stage, Terminal terminal) : IProgress<LinearProbeStep>
    {
        public void Report(LinearProbeStep s) => terminal.Progress(() => string.Create(CultureInfo.InvariantCulture,
            $"{stage,-8} fit {s.Fit} of {s.Fits}, weight decay {s.WeightDecay:0.0e-0}, iteration {s.Iteration}, objective {s.Objective:0.0000}"));
    }
}
