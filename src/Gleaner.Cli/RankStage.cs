using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Finds the latent classes and ranks every image.</summary>
sealed class RankStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string ClassesName = "classes.npy", RankingName = "cache/ranking.safetensors";

    /// <summary>The ranking of the candidates; <paramref name="classes"/> is null for an order that knows none.</summary>
    public (Ranking Ranking, string Hash) Rank(PoolInput pool, Candidates candidates, EmbeddingMatrix? embedding, string embeddingHash, LatentPartition? classes, string? classesHash)
    {
        var inputs = new Dictionary<string, string>(candidates.Hashes) { ["objective"] = settings.Objective };
        if (classes is not null)
        {
            inputs["classes"] = classesHash!;
            inputs["min per class"] = Invariant.Text(settings.MinPerClass);
        }
        bool random = settings.Objective is "random" or "balanced";
        inputs[random ? "pool" : "embedding"] = random ? pool.ContentHash : embeddingHash;
        if (SelectorChoice.UsesThreshold(settings)) inputs["threshold"] = settings.Threshold?.ToString("R", CultureInfo.InvariantCulture) ?? "none";
        if (SelectorChoice.UsesSeed(settings)) inputs["seed"] = Invariant.Text(settings.Seed);
        string doing = random ? "drawing at random" : $"by {settings.Objective}{SelectorChoice.Within(settings, classes!.Classes)}";
        var record = stages.Make("rank", doing, inputs, [RankingName], work =>
        {
            work.Facts[StageFacts.MultiplyAdds] = random ? "0" : StageFacts.Work(SelectorChoice.Of(settings).Plan(candidates.Classes(classes)!, embedding!.Dimension).MultiplyAdds);
            var ranking = Rank(candidates, embedding, classes);
            AtomicFile.Write(stages.Run[RankingName], stream => RankingFile.Write(stream, ranking));
        });
        return (RankingFile.Read(stages.Run[RankingName], classes), record.Outputs[RankingName].Hash);
    }

    // Ranks the images that may be chosen as if there were no others, and tells it in the pool's numbers.
    Ranking Rank(Candidates candidates, EmbeddingMatrix? embedding, LatentPartition? classes)
    {
        int[] ranked = candidates.Ranked, keep = candidates.KeepAmong(ranked);
        var among = candidates.Classes(classes);
        var ranking = settings.Objective switch
        {
            "random" => RandomSelector.Rank(ranked.Length, settings.Seed).WithFirst(keep),
            "balanced" => RandomSelector.RankBalanced(among!, settings.Seed, settings.MinPerClass).WithFirst(keep),
            _ => RankBySelector(candidates.Rows(embedding!), among!, keep),
        };
        return candidates.AreAll ? ranking : ranking.Within(ranked, classes, candidates.PoolSize);
    }

    Ranking RankBySelector(EmbeddingMatrix embedding, LatentPartition classes, int[] keep)
    {
        var selector = SelectorChoice.Of(settings);
        if (MachineRate.Foretell(selector.Plan(classes, embedding.Dimension), embedding, settings.Threads) is { } cost) stages.Terminal.Say("         " + cost);
        return selector.Rank(embedding, classes, keep, new ProgressOf("rank", embedding.Count, "images", stages.Terminal), cancel);
    }

    /// <summary>The latent classes of the members: found, given, or the pool's own.</summary>
    /// <remarks>classes.npy has one int64 for every image of the listing; -1 for the unreadable ones.</remarks>
    public (LatentPartition Classes, string Hash) Classes(PoolInput pool, EmbeddingMatrix? embedding, string embeddingHash)
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
                if (MachineRate.Foretell(PlanOf(options, embedding!), embedding!, settings.Threads) is { } cost) stages.Terminal.Say("         " + cost);
                var progress = new StepsOf(stages.Terminal, options.Restarts);
                var found = KMeans.Fit(embedding!.ToUnit(), options, progress, cancel);
                WriteClasses(pool, [.. Enumerable.Range(0, n).Select(found.Partition.ClassOf)]);
                work.Facts["inertia_per_image"] = (found.Inertia / n).ToString("0.0000", CultureInfo.InvariantCulture);
                work.Facts["steps"] = Invariant.Text(found.Iterations);
                work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)options.Restarts * found.Iterations * n * k * embedding.Dimension); // starts take about as many steps each
            });
        }
        else
        {
            var (labels, hash, from) = GivenLabels(pool);
            var inputs = new Dictionary<string, string> { ["pool"] = pool.ContentHash, ["classes"] = hash };
            record = stages.Make("classes", from, inputs, [ClassesName], work =>
            {
                WriteClasses(pool, [.. pool.Members.Select(i => labels[i])]);
                work.Facts[StageFacts.MultiplyAdds] = "0";
            });
        }
        using var file = NpyFile.Read(stages.Run[ClassesName]);
        long[] stored = file.ReadIntegers();
        return (LatentPartition.FromLabels([.. pool.Members.Select(i => (int)stored[i])]), record.Outputs[ClassesName].Hash);
    }

    // Twenty Lloyd steps a start are usual; in tiles a product takes a fifth of what it takes row by row.
    static RankingPlan PlanOf(KMeansOptions options, EmbeddingMatrix embedding) =>
        new(0.2 * options.Restarts * 20 * embedding.Count * options.Classes * embedding.Dimension, Longest: 0, (12L + 4) * embedding.Count + 12L * options.Classes * embedding.Dimension);

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

    sealed class StepsOf(Terminal terminal, int restarts) : IProgress<KMeansStep>
    {
        public void Report(KMeansStep step) => terminal.Progress(() => string.Create(CultureInfo.InvariantCulture, $"classes  start {step.Restart + 1} of {restarts}, step {step.Step}, inertia {step.Inertia:0.0}"));
    }
}
