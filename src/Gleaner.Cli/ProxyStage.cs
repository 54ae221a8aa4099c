using System.Globalization;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>Trains the proxy encoder on the pool, or takes the user's.</summary>
sealed class ProxyStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string EncoderName = "encoder.safetensors", HeadName = "encoder.head.safetensors";
    const int TimedSteps = 12, WarmUpSteps = 3;
    const double Reserve = 0.95; // for checkpoints and for a machine that gets a little slower

    /// <summary>What the trained, or the given, encoder has to do.</summary>
    public EmbedWork Work(PoolInput pool)
    {
        string encoder = settings.ProxyFile ?? Train(pool, pool.Images!);
        string head = EncoderFile.HeadPath(encoder);
        var inputs = new Dictionary<string, string>
        {
            ["images"] = pool.ContentHash,
            ["encoder"] = ContentHash.OfFile(encoder),
            ["output"] = settings.EmbedHead ? "head" : "encoder",
            ["views"] = Invariant.Text(settings.Views),
        };
        if (settings.EmbedHead && File.Exists(head)) inputs["head"] = ContentHash.OfFile(head);
        if (settings.Views > 0) inputs["seed"] = Invariant.Text(settings.Seed);
        var images = EmbedWork.ImagesFor(pool, settings.GivenSize ?? pool.Images!.Size, inputs);
        return new EmbedWork
        {
            Encoder = encoder,
            Doing = $"embedding {(settings.Views == 0 ? "each image" : $"{settings.Views} views of each image")} with the {inputs["output"]}'s output",
            Inputs = inputs,
            Images = images,
            IsMeanOfViews = settings.Views > 0,
            Open = work => Open(encoder, images, work),
            Mend = "Train the proxy longer, or use another.",
        };
    }

    string Train(PoolInput pool, DecodedImages images)
    {
        if (images.Count < 2)
            throw new InvalidDataException($"{pool.Path}: {images.Count} readable image; a proxy learns from at least 2, and well from thousands. Give a trained one with --proxy FILE, or use --objective random.");
        var recipe = settings.ProxyRecipe(images.Count, images.Size);
        var network = recipe.Proxy.Architecture;
        var inputs = new Dictionary<string, string>
        {
            ["images"] = pool.ContentHash,
            ["network"] = string.Create(CultureInfo.InvariantCulture, $"resnet{network.Depth} x {network.Width}, {network.Stem}"),
            ["seed"] = Invariant.Text(settings.Seed),
        };
        int epochs = settings.ProxyEpochs ?? (settings.ProxyMinutes is { } minutes ? EpochsIn(minutes, images, recipe, inputs) : recipe.Training.Epochs);
        inputs["epochs"] = Invariant.Text(epochs);
        stages.Make("proxy", $"training {inputs["network"]} by SimCLR for {epochs} epochs", inputs, [EncoderName, HeadName], work =>
        {
            work.Facts["libtorch"] = LibTorch.Load(settings.Threads).LibTorch;
            string trainedBy = $"Gleaner {Product.Version}: SimCLR, {epochs} epochs of {images.Count} images ({pool.Kind}), seed {settings.Seed}";
            using var proxy = Proxy.Create(recipe.Proxy with { TrainedBy = trainedBy }, settings.Seed);
            using var method = recipe.Method.Create(proxy, settings.Seed);
            using var pretrainer = new Pretrainer(images, method, recipe.Training with
            {
                Epochs = epochs,
                CheckpointFolder = Path.Combine(work.UnfinishedFolder, "checkpoints"),
                CheckpointEvery = TimeSpan.FromSeconds(10),
                PoolFingerprint = pool.ContentHash,
            });
            if (pretrainer.ResumedAt > 0) stages.Terminal.Say($"         going on from step {Terminal.Number(pretrainer.ResumedAt)} of {Terminal.Number(pretrainer.TotalSteps)}");
            PretrainingStep? last = null;
            long counted = Environment.TickCount64;
            foreach (var step in pretrainer.Run(cancel))
            {
                last = step;
                if (Environment.TickCount64 - counted > 5000)
                {
                    work.Saved();
                    counted = Environment.TickCount64;
                }
                stages.Terminal.Progress(() => Describe(step, epochs, pretrainer.BatchSize));
            }
            EncoderFile.Save(stages.Run[EncoderName], proxy);
            if (last is { } final) work.Facts["final_loss"] = final.Loss.ToString("0.0000", CultureInfo.InvariantCulture);
            work.Facts["steps"] = Invariant.Text(pretrainer.TotalSteps);
            work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)pretrainer.TotalSteps * pretrainer.BatchSize * recipe.Method.EncoderPasses * network.MultiplyAdds(images.Size));
        });
        return stages.Run[EncoderName];
    }

    // A budget in minutes becomes a number of epochs once, and that is kept: whoever goes on after a kill trains the same network.
    int EpochsIn(double minutes, DecodedImages images, PretrainingRecipe recipe, Dictionary<string, string> known)
    {
        var inputs = new Dictionary<string, string>(known) { ["minutes"] = minutes.ToString("R", CultureInfo.InvariantCulture), ["threads"] = Invariant.Text(settings.Threads) };
        var record = stages.Make("plan", "timing the first steps", inputs, [], work =>
        {
            LibTorch.Load(settings.Threads);
            using var proxy = Proxy.Create(recipe.Proxy, settings.Seed);
            using var method = recipe.Method.Create(proxy, settings.Seed);
            var trial = recipe.Training with { Epochs = 2 + (TimedSteps + WarmUpSteps) * recipe.Training.BatchSize / images.Count };
            using var pretrainer = new Pretrainer(images, method, trial);
            var seconds = new List<double>();
            long before = 0;
            foreach (var step in pretrainer.Run(cancel).Take(TimedSteps + WarmUpSteps))
            {
                long now = System.Diagnostics.Stopwatch.GetTimestamp();
                if (step.Step > WarmUpSteps) seconds.Add(System.Diagnostics.Stopwatch.GetElapsedTime(before, now).TotalSeconds);
                before = now;
            }
            seconds.Sort();
            double perEpoch = seconds[seconds.Count / 2] * ((double)pretrainer.TotalSteps / trial.Epochs);
            work.Facts["epochs"] = Invariant.Text(Math.Max(1, (int)(Reserve * minutes * 60 / perEpoch)));
            work.Facts["seconds_per_epoch"] = perEpoch.ToString("0.0", CultureInfo.InvariantCulture);
        });
        stages.Terminal.Say($"         {record.Facts["seconds_per_epoch"]} s an epoch: {record.Facts["epochs"]} epochs fit into {minutes.ToString(CultureInfo.InvariantCulture)} minutes");
        return int.Parse(record.Facts["epochs"], CultureInfo.InvariantCulture);
    }

    static string Describe(PretrainingStep step, int epochs, int batch)
    {
        double left = (step.TotalSteps - step.Step) * (double)batch / step.ImagesPerSecond;
        return string.Create(CultureInfo.InvariantCulture,
            $"proxy    {100.0 * step.Step / step.TotalSteps,3:0} %  epoch {step.Epoch} of {epochs}, loss {step.Loss:0.000}, learning rate {step.LearningRate:0.0e-0}, {Terminal.Number((long)step.ImagesPerSecond)} images/s, {Terminal.Duration(left)} left");
    }

    (IImageEmbedder, IDisposable) Open(string encoder, ISquareImages images, StageWork work)
    {
        work.Facts["libtorch"] = LibTorch.Load(settings.Threads).LibTorch;
        var proxy = EncoderFile.Load(encoder);
        if (settings.ProxyFile is not null)
        {
            work.Facts["proxy"] = $"{proxy.Options.Architecture}, {proxy.Options.ImageSize} px ({(proxy.Options.TrainedBy.Length > 0 ? proxy.Options.TrainedBy : "it does not say what trained it")})";
            stages.Terminal.Say($"         {work.Facts["proxy"]}");
        }
        if (settings.EmbedHead && proxy.Head is null)
        {
            proxy.Dispose();
            throw new InvalidDataException($"{encoder}: has no projection head beside it ({Path.GetFileName(EncoderFile.HeadPath(encoder))}). Use --embed encoder.");
        }
        var recipe = settings.ProxyRecipe(images.Count, images.Size).Training.Views.First;
        return (new Embedder(proxy, new EmbedderOptions { Views = settings.Views, Output = settings.EmbedHead ? EmbedderOutput.Head : EmbedderOutput.Encoder, Seed = settings.Seed, Recipe = recipe }), proxy);
    }
}
