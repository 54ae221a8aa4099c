using System.Globalization;
using System.Text;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>From labelled images, and a subset of them, to a classifier's accuracy and to scores and orders of its training images.</summary>
sealed class SupervisedPipeline(SupervisedSettings settings, CancellationToken cancel)
{
    const string ClassifierName = "classifier.safetensors", ScoresName = "scores.csv", ReportName = "supervised.json";
    const int StepsBetweenLines = 10;

    readonly Terminal _terminal = Terminal.ForConsole(settings.Quiet);

    public int Run()
    {
        using var run = RunFolder.Open(settings.Out);
        var stages = new StageRunner(run, _terminal);
        var pool = new PoolStage(settings.ToRead, stages, cancel).Open();
        using var images = pool.Images ?? throw new UsageException($"{settings.Pool}: holds embeddings; training needs images.");
        var (members, hash) = SubsetMembers.Read(settings.SubsetFile, settings.First, pool, _terminal);
        var labelled = LabelledPool.Of(pool);
        var test = settings.TestOnFile is { } testOn ? labelled.Select(labelled.RowsOf(testOn, _terminal)) : LabelledPool.Test(settings.Test, pool, settings.ToRead, stages, cancel);
        using var testImages = settings.TestOnFile is null ? test?.Pool.Images : null; // else the pool's own
        if (test is not null) labelled.CheckKnows(test);
        var known = labelled.Members.ToHashSet();
        if (settings.TestOnFile is not null)
        {
            known.ExceptWith(test!.Members);
            if (members?.Intersect(test.Members).Count() is { } both and > 0)
                throw new UsageException($"{both} images are in {settings.SubsetFile} (--subset) and in {settings.TestOnFile} (--test-on); expected no image in both.");
        }
        int[] subset = [.. (members ?? labelled.Members).Where(known.Contains)];
        if (subset.Length < 2) throw new InvalidDataException($"{settings.SubsetFile ?? pool.Path}: {subset.Length} readable image with a label; expected at least 2.");
        int[] values = [.. labelled.Labels.Distinct().Order()];
        if (values.Length < 2) throw new InvalidDataException($"{pool.Path}: all labels are {values[0]}; expected at least two classes.");
        int[] classes = new int[images.Count];
        for (int i = 0; i < labelled.Members.Length; i++) classes[labelled.Members[i]] = Array.BinarySearch(values, labelled.Labels[i]);

        var training = settings.TrainingFor(subset.Length);
        int epochs = training.Steps is { } s ? s / training.StepsPerEpoch(subset.Length) : training.Epochs;
        if (settings.EarlyRuns > 0 && settings.El2nEpoch > epochs) throw new UsageException($"--el2n-epoch {settings.El2nEpoch}; the training has {epochs} whole {(epochs == 1 ? "epoch" : "epochs")}. Measure earlier, or train longer.");
        if (settings.EarlyRuns > 0 && settings.El2nEpoch is null && epochs == 0) throw new UsageException($"--early-runs: the training ends within its first epoch, and EL2N is measured after one. Train longer, or say --el2n-epoch 0.");
        var early = new EarlyScoresOptions { Runs = settings.EarlyRuns, El2nEpoch = settings.El2nEpoch ?? Math.Clamp(epochs / 10, 1, 10) };
        var plan = new Plan(pool, subset, classes, values, test, training, early, settings.NetworkFor(images.Size));
        var inputs = Inputs(plan, labelled, hash);
        TrainingSettings.Keep(run["cache/training.json"], settings.Out, inputs, [run["checkpoints"], run[ClassifierName]]);
        string doing = $"{plan.Network.Architecture}, {Terminal.Number(subset.Length)} images of {values.Length} classes, {(training.Steps is { } steps ? $"{Terminal.Number(steps)} steps" : $"{training.Epochs} epochs")}";
        List<string> outputs = [ClassifierName, ScoresName, ReportName, "metrics.jsonl"]; // and the orders
        stages.Make("supervised", doing, inputs, outputs, work => outputs.AddRange(Train(run, work, plan)));

        string json = File.ReadAllText(run[ReportName]);
        if (settings.Json) _terminal.Result(json);
        else if (!settings.Quiet) _terminal.Result(Summary(JsonSerializer.Deserialize(json, SupervisedJson.Default.SupervisedReport)!, run.Path));
        return ExitCode.Done;
    }

    IReadOnlyList<string> Train(RunFolder run, StageWork work, Plan plan)
    {
        var (pool, subset, classes, values, test, training, early, network) = plan;
        work.Facts["libtorch"] = LibTorch.Load(settings.Threads).LibTorch;
        var images = pool.Images!;
        using var classifier = Classifier.Create(network with { TrainedBy = $"Gleaner {Product.Version}: labels of {subset.Length} images ({pool.Kind}), seed {settings.Seed}" }, values.Length, settings.Seed);
        using var trainer = new SupervisedTrainer(images, classes, classifier, training with { Subset = subset, CheckpointFolder = run["checkpoints"], PoolFingerprint = pool.ContentHash });
        if (trainer.ResumedAt > 0) _terminal.Say($"         going on from step {Terminal.Number(trainer.ResumedAt)} of {Terminal.Number(trainer.TotalSteps)}");
        using (var metrics = new MetricsLog(run["metrics.jsonl"], trainer.ResumedAt))
        using (var events = new EventFile(run.Path, trainer.ResumedAt))
            foreach (var step in trainer.Run(cancel))
            {
                if (step.EndsEpoch || step.Step % StepsBetweenLines == 0)
                {
                    (string, double)[] line = [("loss", step.Loss), ("accuracy_of_batch", step.Accuracy), ("learning_rate", step.LearningRate), ("images_per_second", step.ImagesPerSecond)];
                    metrics.Write(step.Step, line);
                    events.Write(step.Step, line);
                    work.Saved();
                }
                _terminal.Progress(() => string.Create(CultureInfo.InvariantCulture,
                    $"train    {100.0 * step.Step / step.TotalSteps,3:0} %  epoch {step.Epoch}, loss {step.Loss:0.000}, accuracy {100 * step.Accuracy:0} %, {Terminal.Number((long)step.ImagesPerSecond)} images/s"));
            }
        var scores = trainer.Scores() with { FinalConfidence = ImageScores.Confidence(classifier, images, classes, subset, cancel) };
        if (early.Runs > 0) scores = WithEarly(scores, plan, work);
        var accuracy = test is null ? null : Accuracy(classifier, test, values);

        ClassifierFile.Save(run[ClassifierName], classifier);
        var listed = scores with { Images = [.. scores.Images.Select(m => pool.Members[m])] };
        int[] labels = new int[pool.Count];
        foreach (int m in subset) labels[pool.Members[m]] = values[classes[m]];
        AtomicFile.Write(run[ScoresName], stream => SupervisedScoresFile.WriteCsv(stream, listed, pool.Key, labels));
        var report = new SupervisedReport
        {
            Gleaner = Product.Version,
            Pool = settings.Pool,
            Subset = settings.SubsetFile,
            Images = subset.Length,
            Network = network.Architecture.ToString(),
            Classes = values.Length,
            Epochs = (trainer.TotalSteps + trainer.StepsPerEpoch - 1) / trainer.StepsPerEpoch,
            Steps = trainer.TotalSteps,
            BatchSize = training.BatchSize,
            LearningRate = training.LearningRate,
            Seed = settings.Seed,
            Test = settings.TestOnFile is { } file ? $"the images of {settings.Pool} that {file} lists" : test?.InWords(settings.Test ?? settings.Pool),
            Accuracy = accuracy,
            Seconds = Math.Round(work.Seconds, 1),
            Orders = WriteOrders(run, listed, labels),
        };
        AtomicFile.Write(run[ReportName], stream => JsonSerializer.Serialize(stream, report, SupervisedJson.Default.SupervisedReport));
        return report.Orders;
    }

    SupervisedScores WithEarly(SupervisedScores scores, Plan plan, StageWork work)
    {
        var early = plan.Early;
        _terminal.Say($"         EL2N after {early.El2nEpoch} {(early.El2nEpoch == 1 ? "epoch" : "epochs")} and GraNd (last layer) before the first, over {early.Runs} trainings");
        var progress = new EarlyProgress(_terminal);
        var runs = new List<SupervisedScores>();
        for (int run = 0; run < early.Runs; run++)
        {
            string kept = Path.Combine(work.UnfinishedFolder, $"early-{run}.json"); // a stopped command goes on with the next run
            if (!File.Exists(kept))
            {
                var made = EarlyScores.OfRun(run, plan.Pool.Images!, plan.Classes, plan.Network, plan.Values.Length, plan.Training with { Subset = plan.Subset }, early, progress, cancel);
                AtomicFile.Write(kept, stream => JsonSerializer.Serialize(stream, new[] { made.El2n, made.GrandLastLayer }));
                work.Saved();
            }
            var read = JsonSerializer.Deserialize<double[][]>(File.ReadAllBytes(kept))!;
            runs.Add(new SupervisedScores { Images = scores.Images, El2n = read[0], GrandLastLayer = read[1] });
        }
        var mean = SupervisedScores.Mean(runs);
        return scores with { El2n = mean.El2n, GrandLastLayer = mean.GrandLastLayer };
    }

    ClassifierAccuracy Accuracy(Classifier classifier, LabelledPool test, int[] values)
    {
        int[] labels = new int[test.Pool.Images!.Count];
        var known = new List<int>();
        for (int i = 0; i < test.Members.Length; i++)
            if (Array.BinarySearch(values, test.Labels[i]) is >= 0 and var k)
            {
                labels[test.Members[i]] = k;
                known.Add(test.Members[i]);
            }
        if (known.Count < test.Members.Length) _terminal.Warn($"         {Terminal.Number(test.Members.Length - known.Count)} test images have labels that no image of the pool has; they are left out");
        return ClassifierAccuracy.Of(classifier, test.Pool.Images, labels, known);
    }

    // Lists that --subset FILE --first N takes.
    static List<string> WriteOrders(RunFolder run, SupervisedScores scores, int[] labels)
    {
        var names = new List<string>();
        foreach (var score in Enum.GetValues<SupervisedScore>())
            foreach (var first in Enum.GetValues<DifficultyOrder>())
            {
                if (scores.Values(score) is null) continue;
                string name = $"orders/{JsonNamingPolicy.KebabCaseLower.ConvertName($"{score}{first}")}.npy";
                long[] order = Array.ConvertAll(scores.Order(score, first, labels), i => (long)i);
                AtomicFile.Write(run[name], stream => NpyFile.Write(stream, order));
                names.Add(name);
            }
        return names;
    }

    Dictionary<string, string> Inputs(Plan plan, LabelledPool labelled, string? hash) => new()
    {
        ["images"] = labelled.Pool.ContentHash,
        ["labels"] = labelled.LabelsHash,
        ["subset"] = hash is null ? "the whole pool" : $"{plan.Subset.Length} images, {hash}",
        ["test"] = settings.TestOnFile is { } file ? ContentHash.OfFile(file) : plan.Test is not { } test ? "none" : $"{test.Pool.ContentHash} {test.LabelsHash}",
        ["network"] = plan.Network.Architecture.ToString(),
        ["length"] = plan.Training.Steps is { } steps ? $"{steps} steps" : $"{plan.Training.Epochs} epochs",
        ["batch"] = Invariant.Text(plan.Training.BatchSize),
        ["learning rate"] = plan.Training.LearningRate.ToString("R", CultureInfo.InvariantCulture),
        ["seed"] = Invariant.Text(plan.Training.Seed),
        ["early scores"] = plan.Early.Runs == 0 ? "none" : $"{plan.Early.Runs} runs, epoch {plan.Early.El2nEpoch}",
    };

    static string Summary(SupervisedReport r, string folder)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n{r.Network}, {r.Classes} classes, {Terminal.Number(r.Images)} labelled images, {r.Epochs} epochs ({Terminal.Number(r.Steps)} steps of {r.BatchSize}), {Terminal.Duration(r.Seconds)}.\n");
        text.Append(r.Accuracy is { } a
            ? string.Create(CultureInfo.InvariantCulture, $"Accuracy on {Terminal.Number(a.Images)} images ({r.Test}): top-1 {100 * a.Top1:0.0} %{(r.Classes > 5 ? $", top-5 {100 * a.Top5:0.0} %" : "")}. It is the last epoch's; none was chosen.\n")
            : "No test images: give some with --test POOL.\n");
        string shown = Terminal.Shown(folder);
        text.Append(CultureInfo.InvariantCulture, $"\nIn {shown}: {ClassifierName}, {ScoresName} (forgetting events, confidence and the rest for every training image), {ReportName} (per class),\nand orders/, every score's order of the images, hard and easy first, balanced over classes: --subset {Path.Combine(shown, "orders", "forgetting-hard-first.npy")} --first N takes N of them.");
        return text.ToString();
    }

    /// <summary>Everything that decides a training. Classes: of every image of the pool, as places in the label values.</summary>
    sealed record Plan(PoolInput Pool, int[] Subset, int[] Classes, int[] Values, LabelledPool? Test, SupervisedTrainerOptions Training, EarlyScoresOptions Early, ProxyOptions Network);

    sealed class EarlyProgress(Terminal terminal) : IProgress<(int Run, SupervisedStep Step)>
    {
        public void Report((int Run, SupervisedStep Step) at) => terminal.Progress(() => $"early    run {at.Run + 1}, epoch {at.Step.Epoch}");
    }
}
