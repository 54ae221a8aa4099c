using System.Globalization;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>Trains the encoder, or goes on with it.</summary>
sealed class PretrainStage(PretrainSettings settings, StageRunner stages, CancellationToken cancel)
{
    public const string EncoderName = "encoder.safetensors", HeadName = "encoder.head.safetensors", CardName = "encoder.json";

    /// <summary>How settings are written: choices by their names.</summary>
    public static readonly JsonSerializerOptions Named = new() { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    /// <summary>Trains on <paramref name="subset"/>, members of the pool, or on all if it is null.</summary>
    public ModelCard Train(PoolInput pool, int[]? subset, string? subsetHash)
    {
        var images = pool.Images!;
        int count = subset?.Length ?? images.Count;
        if (count < 2) throw new InvalidDataException($"{settings.SubsetFile ?? pool.Path}: {count} readable image to learn from; expected at least 2, and thousands to learn well.");
        var recipe = settings.RecipeFor(count, images.Size);
        if (recipe.Method is MoCoOptions { Queue: var queue } && queue >= count)
            stages.Terminal.Warn($"         a queue of {Terminal.Number(queue)} keys is longer than the {Terminal.Number(count)} images: queries meet their own image among the negatives. --queue {count / 4} makes that rare");
        var inputs = Inputs(pool, count, subsetHash, recipe);
        TrainingSettings.Keep(stages.Run["cache/training.json"], settings.Out, inputs, [stages.Run["checkpoints"], stages.Run[EncoderName]]);
        string doing = $"{recipe.Method.Name}: {recipe.Proxy.Architecture}, {Terminal.Number(count)} images of {images.Size} px, {(settings.Steps is { } steps ? $"{Terminal.Number(steps)} steps" : $"{recipe.Training.Epochs} epochs")}";
        stages.Make("pretrain", doing, inputs, [EncoderName, HeadName, CardName, "metrics.jsonl"], work => Train(pool, subset, recipe, work));
        return ModelCard.Read(stages.Run[CardName]);
    }

    void Train(PoolInput pool, int[]? subset, PretrainingRecipe recipe, StageWork work)
    {
        string libTorch = LibTorch.Load(settings.Threads).LibTorch;
        work.Facts["libtorch"] = libTorch;
        var images = pool.Images!;
        int count = subset?.Length ?? images.Count;
        using var proxy = Proxy.Create(recipe.Proxy with { TrainedBy = $"Gleaner {Product.Version}: {recipe.Method.Name} on {count} images ({pool.Kind}), seed {settings.Seed}" }, settings.Seed);
        using var method = recipe.Method.Create(proxy, settings.Seed);
        using var pretrainer = new Pretrainer(images, method, recipe.Training with { Subset = subset, CheckpointFolder = stages.Run["checkpoints"], PoolFingerprint = pool.ContentHash });
        if (pretrainer.ResumedAt > 0) stages.Terminal.Say($"         going on from step {Terminal.Number(pretrainer.ResumedAt)} of {Terminal.Number(pretrainer.TotalSteps)}");
        stages.Terminal.Say($"         {method.Description}; {Describe(recipe.Training)}");
        using var watch = new TrainingWatch(settings, pool, proxy, pretrainer, count, stages.Run, stages.Terminal, work);
        long saved = Environment.TickCount64;
        foreach (var step in pretrainer.Run(cancel))
        {
            watch.See(step);
            if (Environment.TickCount64 - saved > 5000)
            {
                work.Saved();
                saved = Environment.TickCount64;
            }
            stages.Terminal.Progress(() => Describe(step, pretrainer));
        }
        if (watch.Collapse is null) watch.Look();
        EncoderFile.Save(stages.Run[EncoderName], proxy);
        work.Facts["steps"] = Invariant.Text(pretrainer.TotalSteps);
        work.Saved();
        Card(pool, recipe, proxy, method, pretrainer, watch, work.Seconds, libTorch, count).Write(stages.Run[CardName]);
    }

    ModelCard Card(PoolInput pool, PretrainingRecipe recipe, Proxy proxy, ContrastiveMethod method, Pretrainer pretrainer, TrainingWatch watch, double seconds, string libTorch, int count)
    {
        var (o, t) = (proxy.Options, recipe.Training);
        var collapse = watch.Collapse!;
        return new ModelCard
        {
            What = $"{o.Architecture}, trained by {recipe.Method.Name} on {count} images without labels.",
            Encoder = new(o.Architecture.ToString(), proxy.Dimension, o.ImageSize, [o.Mean.R, o.Mean.G, o.Mean.B], [o.Std.R, o.Std.G, o.Std.B], EncoderName, ContentHash.OfFile(stages.Run[EncoderName]), HeadName),
            Data = new(pool.Kind, settings.Pool, pool.Members.Length, pool.Fingerprint),
            Subset = settings.SubsetFile is { } file ? new(file, count, ContentHash.OfFile(file)) : null,
            Training = new()
            {
                Method = recipe.Method.Name,
                MethodSettings = Flat(JsonSerializer.SerializeToElement(recipe.Method, recipe.Method.GetType(), Named)),
                Optimizer = t.Optimizer.Kind.ToString(),
                OptimizerSettings = Flat(JsonSerializer.SerializeToElement(t.Optimizer, Named)),
                Schedule = Schedule(t),
                Epochs = (pretrainer.TotalSteps + pretrainer.StepsPerEpoch - 1) / pretrainer.StepsPerEpoch,
                Steps = pretrainer.TotalSteps,
                BatchSize = pretrainer.BatchSize,
                Views = [JsonSerializer.Serialize(t.Views.First, Named), JsonSerializer.Serialize(t.Views.Second, Named)],
                Seeds = new(StringComparer.Ordinal) { ["weights, order and views"] = settings.Seed },
                Seconds = watch.Seconds ?? Math.Round(seconds, 1),
                FinalLoss = watch.Loss,
            },
            Collapse = new(collapse.Verdict.ToString(), collapse.Sentence, collapse.Spread, collapse.EffectiveRank, collapse.MostRank),
            NearestNeighbours = settings.KnnEvery > 0 ? [.. watch.Accuracies.Select(a => new ModelCard.EpochAccuracy(a.Key, a.Value))] : null,
            Machine = new(Processor.Name, settings.Threads, System.Runtime.InteropServices.RuntimeInformation.OSDescription),
            Versions = new(Product.Version, libTorch, Environment.Version.ToString()),
            Finished = TimeProvider.System.GetUtcNow(),
            LoadInPyTorch = EncoderSnippet.ForPyTorch(o, EncoderName),
            Limits = $"Trained without labels on {count} images{(collapse.Verdict == CollapseVerdict.Fine ? "" : ", and its embeddings collapsed")}; not evaluated. gleaner evaluate measures what it is worth.",
        };
    }

    Dictionary<string, string> Inputs(PoolInput pool, int count, string? subsetHash, PretrainingRecipe recipe)
    {
        var t = recipe.Training;
        return new Dictionary<string, string>
        {
            ["images"] = pool.ContentHash,
            ["subset"] = subsetHash is null ? "the whole pool" : $"{count} images, {subsetHash}",
            ["network"] = $"{recipe.Proxy.Architecture}",
            ["head"] = JsonSerializer.Serialize(recipe.Proxy.Head),
            ["method"] = recipe.Method.Name,
            ["method settings"] = JsonSerializer.Serialize(recipe.Method, recipe.Method.GetType(), Named),
            ["optimizer"] = JsonSerializer.Serialize(t.Optimizer, Named),
            ["learning rate"] = t.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            ["warm-up"] = t.WarmupShare.ToString("R", CultureInfo.InvariantCulture),
            ["schedule"] = t.Schedule.ToString(),
            ["length"] = t.Steps is { } steps ? $"{steps} steps" : $"{t.Epochs} epochs",
            ["batch"] = Invariant.Text(t.BatchSize),
            ["accumulation parts"] = Invariant.Text(t.AccumulationParts),
            ["views"] = JsonSerializer.Serialize(t.Views, Named),
            ["seed"] = Invariant.Text(settings.Seed),
            ["knn every"] = settings.KnnEvery == 0 ? "0" : $"{Invariant.Text(settings.KnnEvery)} of {pool.Source!.LabelsFingerprint}",
        };
    }

    static string Describe(PretrainingStep step, Pretrainer pretrainer)
    {
        double left = (step.TotalSteps - step.Step) * (double)pretrainer.BatchSize / step.ImagesPerSecond;
        return string.Create(CultureInfo.InvariantCulture,
            $"pretrain {100.0 * step.Step / step.TotalSteps,3:0} %  epoch {step.Epoch}, step {Terminal.Number(step.Step)} of {Terminal.Number(step.TotalSteps)}, loss {step.Loss:0.000}, learning rate {step.LearningRate:0.0e-0}, {Terminal.Number((long)step.ImagesPerSecond)} images/s, {Terminal.Duration(left)} left");
    }

    static string Describe(PretrainerOptions t) => string.Create(CultureInfo.InvariantCulture, $"{Names.Of(t.Optimizer.Kind)}, learning rate {t.LearningRate:0.####}, batch {t.BatchSize}{(t.AccumulationParts > 1 ? $" in {t.AccumulationParts} parts" : "")}, {Schedule(t)}");

    static string Schedule(PretrainerOptions t) => string.Create(CultureInfo.InvariantCulture,
        $"{(t.WarmupShare > 0 ? $"linear warm-up over {100 * t.WarmupShare:0.##} % of the steps, then " : "")}{(t.Schedule == LearningRateSchedule.Cosine ? "half a cosine to 0" : "constant")}");

    // Nested settings are written as one JSON text each.
    static SortedDictionary<string, string> Flat(JsonElement settings) => new(settings.EnumerateObject().Where(p => p.Name is not ("Name" or "Kind")).ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Null ? "none" : p.Value.ToString()), StringComparer.Ordinal);
}
