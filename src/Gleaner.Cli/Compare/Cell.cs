using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>
/// One training of a comparison and its judgement: an arm, a budget, a seed. Its folder is named by all that the training depends on and its trial by what judged it, so that nothing is
/// run twice and nothing is mixed: another probe judges the encoder that is there.
/// </summary>
sealed class Cell(RecipeArm arm, string budget, int count, int seed, ArmOrder order, Recipe recipe, ComparedPool pool, string folder)
{
    const int SupervisedPasses = 3; // forward, and twice as much backward
    const double EvaluationShare = 0.1; // of the time of a cell, for its progress only

    public RecipeArm Arm => arm;

    public string Budget => budget;

    public int Seed => seed;

    /// <summary>The images that it takes the first of.</summary>
    public ArmOrder Order => order;

    string Name => $"{arm.Name} {(arm.IsWhole ? "(whole pool)" : budget)} seed {seed}";

    /// <summary>Whether the arm has so many images: a list may be shorter than a budget.</summary>
    public bool HasImages => !order.IsThere || order.Has(count);

    /// <summary>The result, if it is there.</summary>
    public Trial? Trial
    {
        get
        {
            if (!order.Has(count) || !File.Exists(TrialFile)) return null;
            return RunDocument.Read(TrialFile, ComparisonJson.Default.Trial);
        }
    }

    /// <summary>When the result was written; null if it is not there.</summary>
    public DateTimeOffset? Finished => order.Has(count) && new FileInfo(TrialFile) is { Exists: true } file ? file.LastWriteTimeUtc : null;

    public Job Train(Job? select, Action<Trial> done) => new()
    {
        Name = Name,
        Arm = arm.Name,
        Log = Path.Combine(folder, "cells", $"{arm.Name}-{Word(budget)}-s{seed}.log"),
        RunFolders = () => [Folder, Evaluation],
        Commands = () => Trial is not null ? [] : recipe.IsSupervised ? [(Supervised, 1)] : IsTrained ? [(Evaluate, 1)] : [(Pretrain, 1 - EvaluationShare), (Evaluate, EvaluationShare)],
        Work = Work,
        After = select,
        Finish = () =>
        {
            var trial = Trial ?? Measure();
            done(trial);
            string collapsed = !recipe.IsSupervised && ModelCard.Read(Path.Combine(Folder, "encoder.json")).Collapse is { Verdict: "Collapsed" } ? "; its embedding collapsed" : "";
            return $"{Name,-30} {string.Join(", ", trial.Scores.Select(score => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{score.Key} {100 * score.Value:0.0} %")))} ({Terminal.Duration(trial.PretrainSeconds + trial.EvaluateSeconds)}{collapsed})";
        },
    };

    /// <summary>Multiply-adds, about; of an encoder that is there, to be judged by something else, those of judging alone.</summary>
    public double Work => (IsTrained && !File.Exists(TrialFile) ? 0 : TrainingOn(count)) + (recipe.IsSupervised ? 0 : Plan(count).Forward * pool.Embedded);

    string Folder => Path.Combine(folder, "cells", $"{arm.Name}-{Word(budget)}-s{seed}-{Identity}");

    string Evaluation => Path.Combine(Folder, "evaluation");

    string TrialFile => Path.Combine(Folder, $"trial-{Judge}.json");

    // Judged before, perhaps by something else.
    bool IsTrained => order.Has(count) && File.Exists(Encoder) && Directory.GetFiles(Folder, "trial-*.json").Length > 0;

    string[] Subset => ["--subset", order.File, "--first", Invariant.Text(count)];

    string[] Common => ["--seed", Invariant.Text(seed), "--threads", Invariant.Text(recipe.Threads), "--pixels-from", pool.Folder];

    string[] Test => pool.ValidationFile is { } file ? ["--test-on", file] : recipe.Test is { } elsewhere ? ["--test", elsewhere] : [];

    string[] Pretrain => ["pretrain", pool.Path, .. Subset, .. recipe.Training, "--image-size", Invariant.Text(pool.ImageSize), .. Common, "--out", Folder];

    string[] Evaluate => ["evaluate", Encoder, "--pool", pool.Path, .. Test, .. pool.ProbeFile is { } file ? (string[])["--train-on", file] : [], .. recipe.Probe, .. Common, "--out", Evaluation];

    string[] Supervised => ["supervised", pool.Path, .. Subset, .. recipe.Training, "--image-size", Invariant.Text(pool.ImageSize), .. Test, .. Common, "--out", Folder];

    string Encoder => Path.Combine(Folder, recipe.IsSupervised ? "classifier.safetensors" : "encoder.safetensors");

    string SubsetHash => ContentHash.Of(MemoryMarshal.AsBytes(order.Images.AsSpan(0, count)));

    // A supervised training judges itself, so that all of it depends on the test images.
    string Identity => Hash([Product.Version, pool.Identity, SubsetHash, $"{seed} {recipe.Threads} {(recipe.IsSupervised ? "supervised " + pool.JudgedBy : "")}", .. recipe.Training]);

    string Judge => Hash([Product.Version, pool.JudgedBy, .. recipe.Probe]);

    static string Hash(string[] words) => ContentHash.Of(Encoding.UTF8.GetBytes(string.Join('\n', words)))[..8];

    // What a training on so many images will do: a supervised epoch sees every image, one without labels leaves out those that do not fill a batch.
    (double Forward, int Passes, double ImagesOfAStep, long Steps) Plan(int images)
    {
        if (recipe.IsSupervised)
        {
            var settings = SupervisedCommand.Parse(["pool", .. recipe.Training]);
            var training = settings.TrainingFor(images);
            int ofAnEpoch = training.StepsPerEpoch(images);
            return (Forward(settings.NetworkFor(pool.ImageSize)), SupervisedPasses, (double)images / ofAnEpoch, training.Steps ?? (long)training.Epochs * ofAnEpoch);
        }
        var pretraining = PretrainCommand.Parse(["pool", .. recipe.Training]).RecipeFor(images, pool.ImageSize);
        var options = pretraining.Training;
        return (Forward(pretraining.Proxy), pretraining.Method.EncoderPasses, options.ImagesPerStep(images), options.Steps ?? (long)options.Epochs * options.StepsPerEpoch(images));
    }

    double Forward(ProxyOptions network) => network.Architecture.MultiplyAdds(pool.ImageSize);

    /// <summary>Multiply-adds of a training on so many images; the head, batch normalisation and the optimiser are left out.</summary>
    public double TrainingOn(int images)
    {
        var (forward, passes, ofAStep, steps) = Plan(images);
        return forward * passes * ofAStep * steps;
    }

    Trial Measure()
    {
        var (scores, steps, ofAStep, seconds, evaluation) = recipe.IsSupervised ? OfSupervised() : OfPretraining();
        var (forward, passes, _, _) = Plan(count);
        var trial = new Trial
        {
            Arm = arm.Name,
            Budget = budget,
            Images = count,
            Seed = seed,
            Scores = scores,
            Steps = steps,
            Epochs = Math.Round(steps * ofAStep / count, 6),
            PretrainSeconds = seconds,
            EvaluateSeconds = evaluation,
            PretrainMultiplyAdds = forward * passes * steps * ofAStep,
            SubsetHash = SubsetHash,
            EncoderHash = ContentHash.OfFile(Encoder),
        };
        AtomicFile.Write(TrialFile, stream => JsonSerializer.Serialize(stream, trial, ComparisonJson.Default.Trial));
        foreach (string passing in (string[])["checkpoints", "cache", Path.Combine("evaluation", "cache")])
            if (Directory.Exists(Path.Combine(Folder, passing))) Directory.Delete(Path.Combine(Folder, passing), recursive: true);
        return trial;
    }

    (Dictionary<string, double> Scores, long Steps, double ImagesOfAStep, double Seconds, double Evaluation) OfPretraining()
    {
        var training = ModelCard.Read(Path.Combine(Folder, "encoder.json")).Training;
        var report = RunDocument.Read(Path.Combine(Evaluation, "evaluation.json"), EvaluationJson.Default.EvaluationReport);
        return (new() { ["linear"] = report.Linear.Test.Top1, ["knn"] = report.Neighbours.Test.Top1 }, training.Steps, training.BatchSize, training.Seconds ?? 0, report.Seconds);
    }

    (Dictionary<string, double> Scores, long Steps, double ImagesOfAStep, double Seconds, double Evaluation) OfSupervised()
    {
        var report = RunDocument.Read(Path.Combine(Folder, "supervised.json"), SupervisedJson.Default.SupervisedReport);
        return (new() { ["accuracy"] = report.Accuracy!.Top1 }, report.Steps, Plan(count).ImagesOfAStep, report.Seconds, 0);
    }

    static string Word(string budget) => budget.Replace(" ", "", StringComparison.Ordinal).Replace("%", "pc", StringComparison.Ordinal);
}
