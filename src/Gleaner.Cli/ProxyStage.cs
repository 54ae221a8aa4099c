using System.Globalization;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>Trains the proxy encoder on the pool, or takes the user's, and embeds the pool with it.</summary>
sealed class ProxyStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string EncoderName = "encoder.safetensors", HeadName = "encoder.head.safetensors", EmbeddingName = "embedding.npy";
    const int TimedSteps = 12, WarmUpSteps = 3;
    const double Reserve = 0.95; // for checkpoints and for a machine that gets a little slower

    public (EmbeddingMatrix Embedding, string Hash) Embed(PoolInput pool)
    {
        var images = pool.Images!;
        string encoder = settings.ProxyFile ?? Train(pool, images);
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
        string doing = $"embedding {(settings.Views == 0 ? "each image" : $"{settings.Views} views of each image")} with the {inputs["output"]}'s output";
        var record = stages.Make("embed", doing, inputs, [EmbeddingName], work => WriteEmbedding(encoder, pool, images, work));

        var stored = EmbeddingFile.Read(stages.Run[EmbeddingName]);
        var rows = settings.Views > 0
            ? EmbeddingMatrix.OfMeans(stored.Values, stored.Count, stored.Dimension)
            : EmbeddingMatrix.Normalize(stored.Values, stored.Count, stored.Dimension, out _);
        var embedding = pool.Members.Length == stored.Count ? rows : rows.Select(pool.Members);
        return (embedding, record.Outputs[EmbeddingName].Hash);
    }

    string Train(PoolInput pool, DecodedImages images)
    {
        if (images.Count < 2)
            throw new InvalidDataException($"{pool.Path}: {images.Count} readable image; a proxy learns from at least 2, and well from thousands. Give a trained one with --proxy FILE.safetensors, or use --objective random.");
        var recipe = Recipe(images);
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
                stages.Terminal.Progress(() => Describe(step, epochs, recipe.Training.BatchSize));
            }
            EncoderFile.Save(stages.Run[EncoderName], proxy);
            if (last is { } final) work.Facts["final_loss"] = final.Loss.ToString("0.0000", CultureInfo.InvariantCulture);
            work.Facts["steps"] = Invariant.Text(pretrainer.TotalSteps);
            work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)pretrainer.TotalSteps * pretrainer.BatchSize * recipe.Method.EncoderPasses * network.MultiplyAdds(images.Size));
        });
        return stages.Run[EncoderName];
    }

    PretrainingRecipe Recipe(DecodedImages images) => settings.ProxyRecipe(images.Count, images.Size);

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
        double left = (step.TotalSteps - step.Step) * batch / step.ImagesPerSecond;
        return string.Create(CultureInfo.InvariantCulture,
            $"proxy    {100.0 * step.Step / step.TotalSteps,3:0} %  epoch {step.Epoch} of {epochs}, loss {step.Loss:0.000}, learning rate {step.LearningRate:0.0e-0}, {Terminal.Number((long)step.ImagesPerSecond)} images/s, {Terminal.Duration(left)} left");
    }

    // Rows of the whole listing, so that row i is image i; unreadable images are rows of zeros. Finished blocks are kept in raw form.
    void WriteEmbedding(string encoder, PoolInput pool, DecodedImages images, StageWork work)
    {
        work.Facts["libtorch"] = LibTorch.Load(settings.Threads).LibTorch;
        using var proxy = EncoderFile.Load(encoder);
        if (settings.EmbedHead && proxy.Head is null)
            throw new InvalidDataException($"{encoder}: has no projection head beside it ({Path.GetFileName(EncoderFile.HeadPath(encoder))}). Use --embed encoder.");
        var embedder = new Embedder(proxy, new EmbedderOptions { Views = settings.Views, Output = settings.EmbedHead ? EmbedderOutput.Head : EmbedderOutput.Encoder, Seed = settings.Seed, Recipe = Recipe(images).Training.Views.First });
        var blocks = new BlockFile(Path.Combine(work.UnfinishedFolder, "rows.f32"), embedder.BlockSize * embedder.Dimension, images.Count * (long)embedder.Dimension);
        long start = Environment.TickCount64, saved = start;
        int first = blocks.Whole, doneBefore = Math.Min(images.Count, first * embedder.BlockSize);
        foreach (var block in embedder.Blocks(images, first, cancel))
        {
            blocks.Append(block.Values);
            int done = block.Start + block.Count;
            stages.Terminal.Progress(() => ProgressText.Of("embed", done, images.Count, done - doneBefore, Environment.TickCount64 - start, "images"));
            if (Environment.TickCount64 - saved < 5000) continue;
            saved = Environment.TickCount64;
            work.Saved();
        }
        float[] compact = blocks.Read();
        EmbeddingMatrix.Normalize(settings.Views > 0 ? [.. compact] : compact, images.Count, embedder.Dimension, out var bad);
        if (bad.Count > 0)
            throw new InvalidDataException($"{encoder}: the embedding of {pool.Key(pool.Members[bad[0].Index])} {bad[0].Reason} ({bad.Count} of {images.Count} images). Train the proxy longer, or use another.");
        float[] all = compact;
        if (pool.Members.Length != pool.Count)
        {
            all = new float[pool.Count * embedder.Dimension];
            for (int m = 0; m < pool.Members.Length; m++)
                compact.AsSpan(m * embedder.Dimension, embedder.Dimension).CopyTo(all.AsSpan(pool.Members[m] * embedder.Dimension));
        }
        AtomicFile.Write(stages.Run[EmbeddingName], stream => NpyFile.Write(stream, all, pool.Count, embedder.Dimension));
        work.Facts["dimension"] = Invariant.Text(embedder.Dimension);
        work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)images.Count * Math.Max(1, settings.Views) * proxy.Options.Architecture.MultiplyAdds(images.Size));
    }
}
