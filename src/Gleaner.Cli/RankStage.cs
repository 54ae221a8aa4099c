using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Finds the latent classes and ranks every image.</summary>
sealed class RankStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string ClassesName = "classes.npy", RankingName = "cache/ranking.safetensors";

    public (Ranking Ranking, string Hash) Rank(PoolInput pool, EmbeddingMatrix? embedding, string embeddingHash)
    {
        int n = pool.Members.Length;
        var inputs = new Dictionary<string, string> { ["objective"] = settings.Objective };
        LatentPartition? classes = null;
        if (settings.NeedsClasses)
        {
            (classes, inputs["classes"]) = Classes(pool, embedding, embeddingHash);
            inputs["min per class"] = Invariant.Text(settings.MinPerClass);
        }
        bool random = settings.Objective is "random" or "balanced";
        if (random)
        {
            inputs["pool"] = pool.ContentHash;
            inputs["seed"] = Invariant.Text(settings.Seed);
        }
        else
        {
            inputs["embedding"] = embeddingHash;
            inputs["threshold"] = settings.Threshold?.ToString("R", CultureInfo.InvariantCulture) ?? "none";
        }
        string doing = random ? "drawing at random" : $"by {settings.Objective} within {Terminal.Number(classes!.Classes)} latent classes";
        var record = stages.Make("rank", doing, inputs, [RankingName], _ =>
        {
            var ranking = settings.Objective switch
            {
                "random" => RandomSelector.Rank(n, settings.Seed),
                "balanced" => RandomSelector.RankBalanced(classes!, settings.Seed, settings.MinPerClass),
                _ => RankBySimilarity(embedding!, classes!),
            };
            AtomicFile.Write(stages.Run[RankingName], stream => RankingFile.Write(stream, ranking));
        });
        return (RankingFile.Read(stages.Run[RankingName], classes), record.Outputs[RankingName].Hash);
    }

    Ranking RankBySimilarity(EmbeddingMatrix embedding, LatentPartition classes)
    {
        var options = new SasOptions
        {
            Objective = settings.Objective == "modular" ? SasObjective.Modular : SasObjective.GraphCut,
            Threshold = settings.Threshold,
            MinPerClass = settings.MinPerClass,
            Threads = settings.Threads,
        };
        return new SasSelector(options).Rank(embedding, classes, new ProgressOf("rank", embedding.Count, "images", stages.Terminal), cancel);
    }

    // classes.npy has one int64 for every image of the listing; -1 for the unreadable ones.
    (LatentPartition Classes, string Hash) Classes(PoolInput pool, EmbeddingMatrix? embedding, string embeddingHash)
    {
        int n = pool.Members.Length;
        StageRecord record;
        if (settings.GivenClasses is null && !settings.PoolLabels)
        {
            int k = settings.KMeansClasses ?? KMeans.SensibleClasses(n);
            if (k > n) throw new UsageException($"--classes kmeans:{k}; the pool holds {n} images. Ask for fewer classes.");
            string chosen = settings.KMeansClasses is null ? $"k-means with K = {k} (sqrt(n / 5), as no K was given)" : $"k-means with K = {k}";
            var inputs = new Dictionary<string, string> { ["embedding"] = embeddingHash, ["classes"] = $"kmeans:{k}", ["seed"] = Invariant.Text(settings.Seed) };
            record = stages.Make("classes", chosen, inputs, [ClassesName], work =>
            {
                var options = new KMeansOptions { Classes = k, Seed = settings.Seed, Threads = settings.Threads };
                var progress = new StepsOf(stages.Terminal, options.Restarts);
                var found = KMeans.Fit(embedding!.ToUnit(), options, progress, cancel);
                WriteClasses(pool, [.. Enumerable.Range(0, n).Select(found.Partition.ClassOf)]);
                work.Facts["inertia_per_image"] = (found.Inertia / n).ToString("0.0000", CultureInfo.InvariantCulture);
                work.Facts["steps"] = Invariant.Text(found.Iterations);
            });
        }
        else
        {
            var (labels, hash, from) = GivenLabels(pool);
            var inputs = new Dictionary<string, string> { ["pool"] = pool.ContentHash, ["classes"] = hash };
            record = stages.Make("classes", from, inputs, [ClassesName], _ => WriteClasses(pool, [.. pool.Members.Select(i => labels[i])]));
        }
        using var file = NpyFile.Read(stages.Run[ClassesName]);
        long[] stored = file.ReadIntegers();
        return (LatentPartition.FromLabels([.. pool.Members.Select(i => (int)stored[i])]), record.Outputs[ClassesName].Hash);
    }

    (int[] Labels, string Hash, string From) GivenLabels(PoolInput pool)
    {
        if (settings.GivenClasses is { } file)
        {
            int[] given = IntegersFile.Read(file);
            if (given.Length != pool.Count)
                throw new InvalidDataException($"{file}: {given.Length} classes; expected {pool.Count}, one for each image of the pool, the unreadable ones included.");
            return (given, ContentHash.OfFile(file), $"given by {file}");
        }
        int[] labels = pool.Labels ?? throw new UsageException($"--classes labels: {pool.Kind} in {pool.Path} has no labels. Use kmeans or given:FILE.");
        return (labels, ContentHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(labels.AsSpan())), "the pool's own labels");
    }

    void WriteClasses(PoolInput pool, int[] ofMembers)
    {
        var all = new long[pool.Count];
        Array.Fill(all, -1);
        for (int m = 0; m < ofMembers.Length; m++) all[pool.Members[m]] = ofMembers[m];
        AtomicFile.Write(stages.Run[ClassesName], stream => NpyFile.Write(stream, all));
    }

    sealed class ProgressOf(string stage, int total, string unit, Terminal terminal) : IProgress<int>
    {
        readonly long _start = Environment.TickCount64;

        public void Report(int done) => terminal.Progress(() => ProgressText.Of(stage, done, total, done, Environment.TickCount64 - _start, unit));
    }

    sealed class StepsOf(Terminal terminal, int restarts) : IProgress<KMeansStep>
    {
        public void Report(KMeansStep step) => terminal.Progress(() => string.Create(CultureInfo.InvariantCulture, $"classes  start {step.Restart + 1} of {restarts}, step {step.Step}, inertia {step.Inertia:0.0}"));
    }
}
