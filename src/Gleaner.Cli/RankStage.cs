using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Ranks every image.</summary>
sealed class RankStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string RankingName = "cache/ranking.safetensors";

    /// <summary>The ranking of the candidates; <paramref name="classes"/> is null for an order that knows none.</summary>
    public (Ranking Ranking, string Hash) Rank(PoolInput pool, Candidates candidates, EmbeddingMatrix? embedding, string embeddingHash, LatentPartition? classes, string? classesHash)
    {
        if (settings.MinPerClass > 0 && candidates.Classes(classes) is { } among) CheckFloors(among, candidates.KeepAmong(candidates.Ranked), candidates.PoolSize);
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
            "balanced" => RandomSelector.RankBalanced(among!, settings.Seed, settings.MinPerClass, keep),
            _ => RankBySelector(candidates.Rows(embedding!), among!, keep),
        };
        return candidates.AreAll ? ranking : ranking.Within(ranked, classes, candidates.PoolSize);
    }

    // Otherwise the classes that come first would have their share, and the others nothing.
    void CheckFloors(LatentPartition classes, int[] keep, int pool)
    {
        var kept = keep.ToLookup(classes.ClassOf);
        long needed = Enumerable.Range(0, classes.Classes).Sum(k => (long)Math.Max(kept[k].Count(), Math.Min(settings.MinPerClass, classes.Size(k))));
        if (needed > settings.Budget.Of(pool))
            throw new UsageException($"--min-per-class {settings.MinPerClass} of {Terminal.Number(classes.Classes)} latent classes is {Terminal.Number(needed)} images{(keep.Length > 0 ? ", with those to keep" : "")}; the subset is to have {Terminal.Number(settings.Budget.Of(pool))}. Ask for more with --fraction or --count, or for fewer of each class.");
    }

    Ranking RankBySelector(EmbeddingMatrix embedding, LatentPartition classes, int[] keep)
    {
        var selector = SelectorChoice.Of(settings);
        if (MachineRate.Foretell(selector.Plan(classes, embedding.Dimension), embedding, settings.Threads) is { } cost) stages.Terminal.Say("         " + cost);
        return selector.Rank(embedding, classes, keep, new ProgressOf("rank", embedding.Count, "images", stages.Terminal), cancel);
    }
}
